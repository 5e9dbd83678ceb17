import type { KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { Failure, StatusFailure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { objectPrinter } from '../print/printer.ts';
import { TabWriter } from '../print/tabwriter.ts';
import type { ServedResource } from '../rest/discovery.ts';
import { DRY_RUN_FLAG, FILENAME_FLAGS, PRINT_FLAGS } from '../shared-flags.ts';

const RESOURCE_VERBS = new Set(
  'get list watch create update patch delete deletecollection use bind impersonate * approve sign escalate attest'.split(
    ' ',
  ),
);
const URL_VERBS = new Set('get put post head options delete patch *'.split(' '));

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

const command: Command = {
  name: 'auth',
  subcommands: [
    {
      name: 'can-i',
      flags: [
        { name: 'all-namespaces', short: 'A', type: 'bool' },
        { name: 'quiet', short: 'q', type: 'bool' },
        { name: 'subresource', type: 'string' },
        { name: 'list', type: 'bool' },
        { name: 'no-headers', type: 'bool' },
      ],
      run: canI,
    },
    { name: 'whoami', flags: PRINT_FLAGS, run: whoAmI },
    {
      name: 'reconcile',
      flags: [
        ...PRINT_FLAGS,
        ...FILENAME_FLAGS,
        DRY_RUN_FLAG,
        { name: 'remove-extra-permissions', type: 'bool' },
        { name: 'remove-extra-subjects', type: 'bool' },
      ],
      *run(invocation) {
        yield* [];
        if (invocation.flags.list('filename').length === 0 && invocation.flags.string('kustomize') === '')
          throw new Failure('must specify one of -f and -k');
        throw new Failure('this cluster has no RBAC: there is nothing to reconcile');
      },
    },
  ],
};

export default command;

function* canI(invocation: Invocation): Routine<number | undefined> {
  const { flags, args } = invocation;
  const namespace = flags.bool('all-namespaces') ? '' : invocation.namespace.name;
  if (flags.bool('list')) {
    if (args.length > 0) throw new Failure('list option must be specified with no arguments');
    if (flags.bool('quiet') || flags.bool('all-namespaces') || flags.string('subresource') !== '')
      throw new Failure("list option can't be specified with neither quiet, all-namespaces nor subresource options");
    yield* listRules(invocation, namespace);
    return 0;
  }
  if (args.length !== 2)
    throw new Failure(
      "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
    );
  const [verb = '', target = ''] = args;
  const spec = target.startsWith('/')
    ? yield* urlAttributes(invocation, verb, target)
    : yield* resourceAttributes(invocation, verb, target, namespace);
  if (flags.bool('no-headers')) throw new Failure('--no-headers cannot be set without --list specified');
  const answer = (yield* invocation.client.request('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
    body: {
      kind: 'SelfSubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec,
    },
  })).body as { status?: { allowed?: boolean; reason?: string; evaluationError?: string } };
  const { allowed = false, reason = '', evaluationError = '' } = answer.status ?? {};
  if (!flags.bool('quiet'))
    yield* invocation.out(
      allowed
        ? 'yes\n'
        : `no${reason === '' ? '' : ` - ${reason}`}${evaluationError === '' ? '' : ` - ${evaluationError}`}\n`,
    );
  return allowed ? 0 : 1;
}

function* urlAttributes(invocation: Invocation, verb: string, path: string): Routine<unknown> {
  if (invocation.flags.string('subresource') !== '')
    throw new Failure('--subresource can not be used with NonResourceURL');
  if (!URL_VERBS.has(verb)) yield* warn(invocation, `verb '${verb}' is not a known verb`);
  return { nonResourceAttributes: { verb, path } };
}

function* resourceAttributes(
  invocation: Invocation,
  verb: string,
  target: string,
  namespace: string,
): Routine<unknown> {
  const { flags } = invocation;
  const at = target.indexOf('/');
  const [type, name] = at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
  const resource = type === '*' ? undefined : yield* resourceFor(invocation, type);
  if (!flags.bool('all-namespaces')) {
    if (resource !== undefined && !resource.namespaced)
      yield* warn(
        invocation,
        `resource '${resource.name}' is not namespace scoped${resource.group === '' ? '' : ` in group '${resource.group}'`}`,
      );
    if (!RESOURCE_VERBS.has(verb)) yield* warn(invocation, `verb '${verb}' is not a known verb`);
  }
  return {
    resourceAttributes: {
      ...(namespace === '' ? {} : { namespace }),
      verb,
      ...(resource === undefined || resource.group === '' ? {} : { group: resource.group }),
      resource: resource?.name ?? type,
      ...(flags.string('subresource') === '' ? {} : { subresource: flags.string('subresource') }),
      ...(name === '' ? {} : { name }),
    },
  };
}

/** The resource that a type names; a warning and undefined when the server has none (users and groups it never lists). */
function* resourceFor(invocation: Invocation, type: string): Routine<ServedResource | undefined> {
  const mapper = yield* invocation.mapper();
  const [name = '', ...group] = type.toLowerCase().split('.');
  try {
    return group.length > 1
      ? mapper.resource(name, group.slice(1).join('.'), group[0])
      : mapper.resource(name, group.join('.'));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (group.length > 1) {
      try {
        return mapper.resource(name, group.join('.'));
      } catch (second) {
        if (!(second instanceof Failure)) throw second;
      }
    }
    if (!['users', 'groups'].includes(type.toLowerCase()))
      yield* warn(
        invocation,
        `the server doesn't have a resource type '${name}'${group.length === 0 ? '' : ` in group '${group.join('.')}'`}`,
      );
    return undefined;
  }
}

function* warn(invocation: Invocation, text: string): Routine {
  yield* invocation.client.warn(`${text}\n`);
}

function* listRules(invocation: Invocation, namespace: string): Routine {
  const answer = (yield* invocation.client.request('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
    body: {
      kind: 'SelfSubjectRulesReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec: { namespace },
    },
  })).body as {
    status?: { resourceRules?: Rule[]; nonResourceRules?: Rule[]; incomplete?: boolean; evaluationError?: string };
  };
  const { resourceRules = [], nonResourceRules = [], incomplete, evaluationError = '' } = answer.status ?? {};
  if (incomplete === true) yield* warn(invocation, `the list may be incomplete: ${evaluationError}`);
  const writer = new TabWriter();
  if (!invocation.flags.bool('no-headers')) writer.write('Resources\tNon-Resource URLs\tResource Names\tVerbs\n');
  for (const { target, url, name, verbs } of compact([...resourceRules, ...nonResourceRules]))
    writer.write(`${target}\t[${url}]\t[${name}]\t[${verbs.join(' ')}]\n`);
  yield* invocation.out(writer.flush());
}

interface Access {
  readonly target: string;
  readonly url: string;
  readonly name: string;
  readonly verbs: string[];
  readonly order: string;
}

/** One line a resource and one a URL and verb, in the order of how Go prints the rules. */
function compact(rules: readonly Rule[]): Access[] {
  const byResource = new Map<string, Access>();
  const urls: Access[] = [];
  for (const rule of rules) {
    for (const group of rule.apiGroups ?? [])
      for (const resource of rule.resources ?? [])
        for (const verb of rule.verbs)
          for (const name of rule.resourceNames?.length ? rule.resourceNames : ['']) {
            const key = `${group}|${resource}|${name}`;
            const [main = '', sub] = resource.split('/');
            const known = byResource.get(key);
            if (known !== undefined) {
              if (!known.verbs.includes(verb)) known.verbs.push(verb);
              continue;
            }
            byResource.set(key, {
              target: `${main}${group === '' ? '' : `.${group}`}${sub === undefined ? '' : `/${sub}`}`,
              url: '',
              name,
              verbs: [verb],
              order: '',
            });
          }
    for (const url of rule.nonResourceURLs ?? [])
      for (const verb of rule.verbs) urls.push({ target: '', url, name: '', verbs: [verb], order: '' });
  }
  const resources = [...byResource].map(([key, access]) => {
    const [group = '', resource = ''] = key.split('|');
    return { ...access, order: ruleText(access.verbs, [group], [resource], access.name, '') };
  });
  const all = [
    ...urls.map((access) => ({ ...access, order: ruleText(access.verbs, [], [], '', access.url) })),
    ...resources,
  ];
  return all.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
}

/** PolicyRule's String, which the real one sorts by. */
function ruleText(
  verbs: readonly string[],
  groups: readonly string[],
  resources: readonly string[],
  name: string,
  url: string,
): string {
  return `&PolicyRule{Verbs:[${verbs.join(' ')}],APIGroups:[${groups.join(' ')}],Resources:[${resources.join(' ')}],ResourceNames:[${name}],NonResourceURLs:[${url}],}`;
}

function* whoAmI(invocation: Invocation): Routine {
  const printer = invocation.flags.changed('output')
    ? yield* objectPrinter(invocation, '', { typed: true })
    : undefined;
  let review: KubeObject;
  try {
    review = (yield* invocation.client.request('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      body: {
        kind: 'SelfSubjectReview',
        apiVersion: 'authentication.k8s.io/v1',
        metadata: {},
        status: { userInfo: {} },
      },
    })).body as KubeObject;
  } catch (error) {
    if (error instanceof StatusFailure && error.reason === 'Forbidden')
      throw new Failure(
        'the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it',
      );
    if (error instanceof StatusFailure && error.reason === 'NotFound')
      throw new Failure(
        'the selfsubjectreviews API is not enabled in the cluster\nenable APISelfSubjectReview feature gate and authentication.k8s.io/v1alpha1 or authentication.k8s.io/v1beta1 API',
      );
    throw error;
  }
  if (printer !== undefined) {
    yield* invocation.out(printer(review));
    return;
  }
  const user = (review['status'] as { userInfo?: UserInfo } | undefined)?.userInfo ?? {};
  const writer = new TabWriter();
  writer.write('ATTRIBUTE\tVALUE\n');
  if (user.username) writer.write(`Username\t${user.username}\n`);
  if (user.uid) writer.write(`UID\t${user.uid}\n`);
  if (user.groups?.length) writer.write(`Groups\t[${user.groups.join(' ')}]\n`);
  for (const key of Object.keys(user.extra ?? {}).sort())
    writer.write(`Extra: ${key}\t[${(user.extra?.[key] ?? []).join(' ')}]\n`);
  yield* invocation.out(writer.flush());
}

interface UserInfo {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}
