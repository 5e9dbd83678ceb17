import type { LimitRange, Namespace, ResourceQuota } from 'kubernetes-types/core/v1';
import type { ConfigMap, Secret, ServiceAccount } from '../../../cluster/api/types.ts';
import { decodeBytes } from '../../../machines/text.ts';
import type { Routine } from '../../../sim/routine.ts';
import { Failure, isNotFound } from '../errors.ts';
import { Quantity } from '../go/quantity.ts';
import type { DescribeContext, Describer } from './describer.ts';
import { annotationsMultiline, labelsMultiline, longTime } from './metadata.ts';
import type { DescribeWriter } from './writer.ts';

export const describeConfigMap: Describer = function* (object, writer, context) {
  const { metadata, data, binaryData } = object as ConfigMap;
  const events = yield* context.events(object);
  writer.field(0, 'Name', metadata?.name ?? '');
  writer.field(0, 'Namespace', metadata?.namespace ?? '');
  labelsMultiline(writer, 'Labels', metadata?.labels);
  annotationsMultiline(writer, 'Annotations', metadata?.annotations);
  writer.write(0, '\nData\n====\n');
  for (const key of Object.keys(data ?? {}).sort()) {
    writer.write(0, `${key}:\n----\n`);
    writer.write(0, `${data?.[key] ?? ''}\n`);
    writer.write(0, '\n');
  }
  writer.write(0, '\nBinaryData\n====\n');
  for (const key of Object.keys(binaryData ?? {}).sort())
    writer.write(0, `${key}: ${decoded(binaryData?.[key] ?? '').length} bytes\n`);
  writer.write(0, '\n');
  context.writeEvents(writer, events);
};

export const describeSecret: Describer = function* (object, writer) {
  yield* [];
  const { metadata, type, data } = object as Secret;
  writer.field(0, 'Name', metadata?.name ?? '');
  writer.field(0, 'Namespace', metadata?.namespace ?? '');
  labelsMultiline(writer, 'Labels', metadata?.labels);
  annotationsMultiline(writer, 'Annotations', metadata?.annotations);
  writer.write(0, `\nType:\t${type ?? ''}\n`);
  writer.write(0, '\nData\n====\n');
  for (const key of Object.keys(data ?? {}).sort()) {
    const bytes = decoded(data?.[key] ?? '');
    if (key === 'token' && type === 'kubernetes.io/service-account-token') writer.field(0, key, decodeBytes(bytes));
    else writer.field(0, key, `${bytes.length} bytes`);
  }
};

function decoded(base64: string): Uint8Array {
  const binary = atob(base64);
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

export const describeServiceAccount: Describer = function* (object, writer, context) {
  const { metadata, secrets, imagePullSecrets } = object as ServiceAccount;
  const { tokens, existing } = yield* tokenSecrets(object as ServiceAccount, context);
  const events = yield* context.events(object);
  writer.field(0, 'Name', metadata?.name ?? '');
  writer.field(0, 'Namespace', metadata?.namespace ?? '');
  labelsMultiline(writer, 'Labels', metadata?.labels);
  annotationsMultiline(writer, 'Annotations', metadata?.annotations);
  for (const [header, names] of [
    ['Image pull secrets:', (imagePullSecrets ?? []).map(({ name }) => name ?? '')],
    ['Mountable secrets: ', (secrets ?? []).map(({ name }) => name ?? '')],
    ['Tokens:            ', tokens],
  ] as const) {
    if (names.length === 0) writer.write(0, `${header}\t<none>\n`);
    for (const [i, name] of names.entries()) {
      const missing = existing !== undefined && !existing.has(name) && header !== 'Tokens:            ';
      writer.write(0, `${i === 0 ? header : ' '.repeat(header.length)}\t${name}${missing ? ' (not found)' : ''}\n`);
    }
  }
  context.writeEvents(writer, events);
};

/** Names of the account's token Secrets, and of all Secrets beside it; undefined when they cannot be had. */
function* tokenSecrets(
  account: ServiceAccount,
  context: DescribeContext,
): Routine<{ readonly tokens: readonly string[]; readonly existing: ReadonlySet<string> | undefined }> {
  let secrets: Secret[];
  try {
    secrets = yield* context.list<Secret>(`/api/v1/namespaces/${account.metadata?.namespace ?? ''}/secrets`);
  } catch (error) {
    if (error instanceof Failure) return { tokens: [], existing: undefined };
    throw error;
  }
  const { name = '', uid = '' } = account.metadata ?? {};
  return {
    tokens: secrets
      .filter(
        ({ type, metadata }) =>
          type === 'kubernetes.io/service-account-token' &&
          metadata?.annotations?.['kubernetes.io/service-account.name'] === name &&
          metadata.annotations['kubernetes.io/service-account.uid'] === uid,
      )
      .map(({ metadata }) => metadata?.name ?? ''),
    existing: new Set(secrets.map(({ metadata }) => metadata?.name ?? '')),
  };
}

export const describeNamespace: Describer = function* (object, writer, context) {
  const { metadata, status } = object as Namespace;
  const name = metadata?.name ?? '';
  const quotas = yield* ifServed(context.list<ResourceQuota>(`/api/v1/namespaces/${name}/resourcequotas`));
  const limits = yield* ifServed(context.list<LimitRange>(`/api/v1/namespaces/${name}/limitranges`));
  writer.field(0, 'Name', name);
  labelsMultiline(writer, 'Labels', metadata?.labels);
  annotationsMultiline(writer, 'Annotations', metadata?.annotations);
  writer.field(0, 'Status', status?.phase ?? '');
  if ((status?.conditions?.length ?? 0) > 0) {
    writer.write(0, 'Conditions:\n');
    writer.write(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage\n');
    writer.write(1, '----\t------\t------------------\t------\t-------\n');
    for (const condition of status?.conditions ?? [])
      writer.write(
        1,
        `${condition.type}\t${condition.status}\t${longTime(condition.lastTransitionTime)}\t${condition.reason ?? ''}\t${condition.message ?? ''}\n`,
      );
  }
  if (quotas !== undefined) {
    writer.write(0, '\n');
    describeQuotas(writer, quotas);
  }
  if (limits !== undefined) {
    writer.write(0, '\n');
    describeLimits(writer, limits);
  }
};

/** Undefined where the server does not know the resource. */
function* ifServed<T>(list: Routine<T[]>): Routine<T[] | undefined> {
  try {
    return yield* list;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

const SCOPES: Readonly<Record<string, string>> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort:
    'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
};

function describeQuotas(writer: DescribeWriter, quotas: readonly ResourceQuota[]): void {
  if (quotas.length === 0) {
    writer.write(0, 'No resource quota.\n');
    return;
  }
  writer.write(0, 'Resource Quotas\n');
  const sorted = [...quotas].sort((a, b) => ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1));
  for (const { metadata, spec, status } of sorted) {
    writer.write(0, `  Name:\t${metadata?.name ?? ''}\n`);
    const scopes = [...(spec?.scopes ?? [])].sort();
    if (scopes.length > 0) writer.field(1, 'Scopes', scopes.join(', '));
    for (const scope of scopes) if (SCOPES[scope] !== undefined) writer.write(1, `* ${SCOPES[scope]}\n`);
    writer.write(0, '  Resource\tUsed\tHard\n');
    writer.write(0, '  --------\t---\t---\n');
    for (const resource of Object.keys(status?.hard ?? {}).sort())
      writer.write(
        0,
        `  ${resource}\t${Quantity.of(status?.used?.[resource])}\t${Quantity.of(status?.hard?.[resource])}\n`,
      );
  }
}

function describeLimits(writer: DescribeWriter, ranges: readonly LimitRange[]): void {
  if (ranges.length === 0) {
    writer.write(0, 'No LimitRange resource.\n');
    return;
  }
  writer.write(
    0,
    'Resource Limits\n Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio\n',
  );
  writer.write(0, ' ----\t--------\t---\t---\t---------------\t-------------\t-----------------------\n');
  for (const { spec } of ranges) {
    for (const item of spec?.limits ?? []) {
      const columns = [item.min, item.max, item.defaultRequest, item.default, item.maxLimitRequestRatio];
      const resources = new Set(columns.flatMap((column) => Object.keys(column ?? {})));
      for (const resource of [...resources].sort()) {
        const cells = columns.map((column) =>
          column?.[resource] === undefined ? '-' : String(Quantity.of(column[resource])),
        );
        writer.write(0, ` ${item.type}\t${resource}\t${cells.join('\t')}\n`);
      }
    }
  }
}
