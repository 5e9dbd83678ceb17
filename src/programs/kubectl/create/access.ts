import type { KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { Failure, StatusFailure } from '../errors.ts';
import type { Flag } from '../flags.ts';
import { goQuote } from '../go/quote.ts';
import type { Invocation } from '../invocation.ts';
import { objectPrinter } from '../print/printer.ts';
import { creator, exactName } from './subcommand.ts';
import { subjectsOf } from './subjects.ts';

const API_VERSION = 'rbac.authorization.k8s.io/v1';
const noTime = null as unknown as string;

/** Verbs that mean something for a resource; others are taken with a warning. */
const VERBS: ReadonlySet<string> = new Set([
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'use',
  'bind',
  'escalate',
  'impersonate',
  'approve',
  'sign',
  'attest',
]);
const URL_VERBS: ReadonlySet<string> = new Set(['get', 'put', 'post', 'head', 'options', 'delete', 'patch']);

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

const RULE_FLAGS: readonly Flag[] = [
  { name: 'verb', type: 'strings' },
  { name: 'resource', type: 'strings' },
  { name: 'resource-name', type: 'array' },
];

function verbsOf({ flags }: Invocation): readonly string[] {
  const verbs = [...new Set(flags.list('verb').map((verb) => verb.trim()))];
  return verbs.includes('*') ? ['*'] : verbs;
}

/** One rule for each API group among the resources. @throws Failure for a type that the server does not know */
function* resourceRules(invocation: Invocation, verbs: readonly string[]): Routine<Rule[]> {
  const { flags } = invocation;
  const byGroup = new Map<string, string[]>();
  for (const word of flags.list('resource')) {
    const [type = '', ...sub] = word.trim().split('/');
    const [name = '', ...group] = type.split('.');
    if (name === '') throw new Failure('resource must be specified if apiGroup/subresource specified');
    const found =
      name === '*' ? { group: group.join('.'), name } : (yield* invocation.mapper()).resource(name, group.join('.'));
    const listed = byGroup.get(found.group) ?? [];
    byGroup.set(found.group, listed);
    const full = [found.name, ...sub].join('/');
    if (!listed.includes(full)) listed.push(full);
  }
  for (const verb of verbs)
    if (verb !== '*' && !VERBS.has(verb)) yield* invocation.client.warn(`'${verb}' is not a standard resource verb`);
  const names = flags.list('resource-name').map((name) => name.trim());
  return [...byGroup].map(([group, resources]) => ({
    verbs,
    apiGroups: [group],
    resources,
    ...(names.length === 0 ? {} : { resourceNames: names }),
  }));
}

function metadataOf(name: string, namespace: string | undefined): KubeObject['metadata'] {
  return { creationTimestamp: noTime, name, ...(namespace === undefined ? {} : { namespace }) };
}

export const createRole: Command = creator({
  name: 'role',
  flags: RULE_FLAGS,
  failure: 'failed to create role: ',
  *make(invocation, name, namespace) {
    const verbs = verbsOf(invocation);
    if (verbs.length === 0) throw new Failure('at least one verb must be specified');
    if (invocation.flags.list('resource').length === 0) throw new Failure('at least one resource must be specified');
    const rules = yield* resourceRules(invocation, verbs);
    return { apiVersion: API_VERSION, kind: 'Role', metadata: metadataOf(name, namespace), rules };
  },
});

export const createClusterRole: Command = creator({
  name: 'clusterrole',
  flags: [
    ...RULE_FLAGS,
    { name: 'non-resource-url', type: 'strings' },
    { name: 'aggregation-rule', type: 'map', default: '' },
  ],
  failure: 'failed to create clusterrole: ',
  *make(invocation, name) {
    const { flags } = invocation;
    const metadata = metadataOf(name, undefined);
    const verbs = verbsOf(invocation);
    const urls = flags.list('non-resource-url');
    const resources = flags.list('resource');
    if (flags.changed('aggregation-rule')) {
      if (verbs.length > 0 || urls.length > 0 || resources.length > 0)
        throw new Failure('aggregation rule must be specified without nonResourceURLs, resources and verbs');
      const matchLabels = Object.fromEntries(flags.list('aggregation-rule').map((pair) => cut(pair)));
      const aggregationRule = { clusterRoleSelectors: [{ matchLabels }] };
      return { apiVersion: API_VERSION, kind: 'ClusterRole', metadata, rules: null, aggregationRule };
    }
    if (verbs.length === 0) throw new Failure('at least one verb must be specified');
    if (resources.length === 0 && urls.length === 0)
      throw new Failure('one of resource or nonResourceURL must be specified');
    for (const verb of urls.length === 0 ? [] : verbs)
      if (verb !== '*' && !URL_VERBS.has(verb)) throw new Failure(`invalid verb '${verb}' for nonResourceURL`);
    for (const url of urls) {
      if (url === '*') continue;
      if (!url.startsWith('/')) throw new Failure('nonResourceURL should start with /');
      if (url.slice(0, -1).includes('*'))
        throw new Failure("nonResourceURL only supports wildcard matches when '*' is at the end");
    }
    const rules = yield* resourceRules(invocation, verbs);
    if (urls.length > 0) rules.push({ verbs, nonResourceURLs: urls });
    return { apiVersion: API_VERSION, kind: 'ClusterRole', metadata, rules };
  },
});

const SUBJECT_FLAGS: readonly Flag[] = [
  { name: 'user', type: 'array' },
  { name: 'group', type: 'array' },
  { name: 'serviceaccount', type: 'array' },
];

function withSubjects(object: KubeObject, invocation: Invocation): KubeObject {
  const subjects = subjectsOf(invocation);
  return subjects.length === 0 ? object : { ...object, subjects };
}

export const createRoleBinding: Command = creator({
  name: 'rolebinding',
  flags: [{ name: 'clusterrole', type: 'string' }, { name: 'role', type: 'string' }, ...SUBJECT_FLAGS],
  failure: 'failed to create rolebinding: ',
  make(invocation, name, namespace) {
    const [role, clusterRole] = [invocation.flags.string('role'), invocation.flags.string('clusterrole')];
    if ((role === '') === (clusterRole === ''))
      throw new Failure('exactly one of clusterrole or role must be specified');
    const roleRef = {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: role === '' ? 'ClusterRole' : 'Role',
      name: role === '' ? clusterRole : role,
    };
    return withSubjects(
      { apiVersion: API_VERSION, kind: 'RoleBinding', metadata: metadataOf(name, namespace), roleRef },
      invocation,
    );
  },
});

export const createClusterRoleBinding: Command = creator({
  name: 'clusterrolebinding',
  flags: [{ name: 'clusterrole', type: 'string', required: true }, ...SUBJECT_FLAGS],
  failure: 'failed to create clusterrolebinding: ',
  make(invocation, name) {
    const roleRef = {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: invocation.flags.string('clusterrole'),
    };
    return withSubjects(
      { apiVersion: API_VERSION, kind: 'ClusterRoleBinding', metadata: metadataOf(name, undefined), roleRef },
      invocation,
    );
  },
});

/** `kubectl create token NAME`: asks the server for one. */
export const createToken: Command = {
  name: 'token',
  flags: [
    { name: 'output', short: 'o', type: 'string' },
    { name: 'show-managed-fields', type: 'bool' },
    { name: 'template', type: 'string' },
    { name: 'allow-missing-template-keys', type: 'bool', default: 'true' },
    { name: 'audience', type: 'array' },
    { name: 'duration', type: 'duration' },
    { name: 'bound-object-kind', type: 'string' },
    { name: 'bound-object-name', type: 'string' },
    { name: 'bound-object-uid', type: 'string' },
  ],
  *run(invocation) {
    yield* requestToken(invocation);
  },
};

function* requestToken(invocation: Invocation): Routine {
  const { flags, namespace } = invocation;
  const name = exactName(invocation);
  const duration = flags.number('duration');
  if (duration < 0) throw new Failure('--duration must be greater than or equal to 0');
  if (duration % 1000 !== 0) throw new Failure('--duration cannot be expressed in units less than seconds');
  const kind = flags.string('bound-object-kind');
  const bound = flags.string('bound-object-name');
  const kinds: Readonly<Record<string, string>> = { Pod: 'v1', Secret: 'v1', Node: 'v1' };
  if (kind === '' && bound !== '')
    throw new Failure('--bound-object-kind is required if --bound-object-name is provided');
  if (kind === '' && flags.string('bound-object-uid') !== '')
    throw new Failure('--bound-object-uid can only be set if --bound-object-kind is provided');
  if (kind !== '' && kinds[kind] === undefined)
    throw new Failure(`supported --bound-object-kind values are ${Object.keys(kinds).sort().join(', ')}`);
  if (kind !== '' && bound === '')
    throw new Failure('--bound-object-name is required if --bound-object-kind is provided');
  const audiences = flags.list('audience');
  const uid = flags.string('bound-object-uid');
  const request = {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec: {
      audiences: audiences.length === 0 ? null : audiences,
      expirationSeconds: duration === 0 ? null : duration / 1000,
      boundObjectRef:
        kind === '' ? null : { kind, apiVersion: kinds[kind], name: bound, ...(uid === '' ? {} : { uid }) },
    },
    status: { token: '', expirationTimestamp: null },
  };
  let made: KubeObject;
  try {
    const path = `/api/v1/namespaces/${namespace.name}/serviceaccounts/${encodeURIComponent(name)}/token`;
    made = (yield* invocation.client.request('POST', path, { body: request })).body as KubeObject;
  } catch (error) {
    if (error instanceof StatusFailure) throw new Failure(`failed to create token: ${error.message}`);
    throw error;
  }
  const token = (made['status'] as { token?: string } | undefined)?.token ?? '';
  if (token === '') throw new Failure('failed to create token: no token in server response');
  if (flags.string('output') === '') {
    yield* invocation.out(`${token}\n`);
    return;
  }
  const print = yield* objectPrinter(invocation, '', { typed: true });
  yield* invocation.out(print(made));
}

/** `a=b` in two. @throws Failure */
function cut(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  if (at < 0) throw new Failure(`${goQuote(pair)} must be formatted as key=value`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}
