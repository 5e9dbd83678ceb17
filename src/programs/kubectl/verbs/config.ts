import type { KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { type Kubeconfig, kubeconfigObject, readKubeconfig } from '../config/kubeconfig.ts';
import { changeProperty } from '../config/property.ts';
import { copyKubeconfig, defaultKubeconfig, writeKubeconfig } from '../config/write.ts';
import { aggregate, Failure, usageFailure } from '../errors.ts';
import type { Flag } from '../flags.ts';
import { goQuote } from '../go/quote.ts';
import { helpText } from '../help-text.ts';
import type { Invocation } from '../invocation.ts';
import { objectPrinter } from '../print/printer.ts';
import { TabWriter } from '../print/tabwriter.ts';
import { PRINT_FLAGS } from '../shared-flags.ts';

/** Bools that tell "not given" from false. */
const tristate = (name: string): Flag => ({ name, type: 'bool' });

const command: Command = {
  name: 'config',
  persistentFlags: [{ name: 'kubeconfig', type: 'string', hidden: true }],
  subcommands: [
    {
      name: 'view',
      flags: [
        ...PRINT_FLAGS.map((flag) => (flag.name === 'output' ? { ...flag, default: 'yaml' } : flag)),
        { name: 'merge', type: 'bool', default: 'true' },
        { name: 'raw', type: 'bool' },
        { name: 'flatten', type: 'bool' },
        { name: 'minify', type: 'bool' },
      ],
      run: view,
    },
    {
      name: 'set-cluster',
      flags: [
        tristate('embed-certs'),
        { name: 'server', type: 'string' },
        { name: 'tls-server-name', type: 'string' },
        tristate('insecure-skip-tls-verify'),
        { name: 'certificate-authority', type: 'string' },
        { name: 'proxy-url', type: 'string' },
      ],
      run: setCluster,
    },
    {
      name: 'set-credentials',
      flags: [
        { name: 'client-certificate', type: 'string' },
        { name: 'client-key', type: 'string' },
        { name: 'token', type: 'string' },
        { name: 'username', type: 'string' },
        { name: 'password', type: 'string' },
        tristate('embed-certs'),
        { name: 'auth-provider', type: 'string' },
        { name: 'auth-provider-arg', type: 'strings' },
        { name: 'exec-command', type: 'string' },
        { name: 'exec-api-version', type: 'string' },
        { name: 'exec-interactive-mode', type: 'string' },
        tristate('exec-provide-cluster-info'),
        { name: 'exec-arg', type: 'strings' },
        { name: 'exec-env', type: 'array' },
      ],
      run: setCredentials,
    },
    {
      name: 'set-context',
      flags: [
        { name: 'current', type: 'bool' },
        { name: 'cluster', type: 'string' },
        { name: 'user', type: 'string' },
        { name: 'namespace', type: 'string' },
      ],
      run: setContext,
    },
    { name: 'set', flags: [tristate('set-raw-bytes')], run: setProperty },
    { name: 'unset', run: unsetProperty },
    {
      name: 'current-context',
      *run(invocation) {
        const { currentContext } = invocation.startingKubeconfig;
        if (currentContext === '') throw new Failure('current-context is not set');
        yield* invocation.out(`${currentContext}\n`);
      },
    },
    { name: 'use-context', aliases: ['use'], run: useContext },
    {
      name: 'get-contexts',
      flags: [
        { name: 'no-headers', type: 'bool' },
        { name: 'output', short: 'o', type: 'string' },
      ],
      run: getContexts,
    },
    {
      name: 'get-clusters',
      run: (invocation) => listNames(invocation, invocation.startingKubeconfig.clusters),
    },
    { name: 'get-users', run: (invocation) => listNames(invocation, invocation.startingKubeconfig.users) },
    { name: 'delete-cluster', run: (invocation) => deleteEntry(invocation, 'cluster', 'clusters') },
    { name: 'delete-context', run: (invocation) => deleteEntry(invocation, 'context', 'contexts') },
    { name: 'delete-user', run: (invocation) => deleteEntry(invocation, 'user', 'users') },
    { name: 'rename-context', run: renameContext },
  ],
};

export default command;

/** Loads the configuration, lets `edit` change a copy of it, and writes what changed. */
function change(invocation: Invocation, edit: (config: Kubeconfig) => void): void {
  const before = invocation.startingKubeconfig;
  const after = copyKubeconfig(before);
  edit(after);
  writeKubeconfig(invocation.context, invocation.flags.string('kubeconfig'), before, after);
}

function file(invocation: Invocation): string {
  return defaultKubeconfig(invocation.context, invocation.flags.string('kubeconfig'));
}

/** cobra's help first, then the error (helpErrorf). */
function* helpFailure(invocation: Invocation, message: string): Routine<never> {
  yield* invocation.out(yield* helpText(invocation.context, invocation.path.split(' ').slice(1)));
  throw new Failure(message);
}

function* view(invocation: Invocation): Routine {
  const { flags, args } = invocation;
  if (args.length > 0) throw usageFailure(invocation.path, `unexpected arguments: [${args.join(' ')}]`);
  const explicit = flags.string('kubeconfig');
  const printer = yield* objectPrinter(invocation, '', { typed: true });
  if (flags.changed('merge') && !flags.bool('merge') && explicit === '')
    throw new Failure('if merge==false a precise file must be specified');
  const config = copyKubeconfig(
    flags.changed('merge') && !flags.bool('merge')
      ? readKubeconfig(invocation.context, invocation.fs.resolve(invocation.context.cwd, explicit))
      : invocation.startingKubeconfig,
  );
  if (flags.bool('minify')) minify(config, flags.string('context'));
  if (!flags.bool('raw') && !flags.bool('flatten')) redact(config);
  yield* invocation.out(printer(kubeconfigObject(config) as unknown as KubeObject));
}

function minify(config: Kubeconfig, wanted: string): void {
  if (wanted !== '') config.currentContext = wanted;
  const name = config.currentContext;
  if (name === '') throw new Failure('current-context must exist in order to minify');
  const context = config.contexts.get(name);
  if (context === undefined) throw new Failure(`cannot locate context ${name}`);
  const only = <T>(map: Map<string, T>, key: string | undefined, what: string): Map<string, T> => {
    if (key === undefined || key === '') return new Map();
    const value = map.get(key);
    if (value === undefined) throw new Failure(`cannot locate ${what} ${key}`);
    return new Map([[key, value]]);
  };
  config.users = only(config.users, context.user, 'user');
  config.clusters = only(config.clusters, context.cluster, 'cluster');
  config.contexts = new Map([[name, context]]);
}

function redact(config: Kubeconfig): void {
  for (const user of config.users.values()) {
    for (const field of ['token', 'password'] as const) if (user[field]) user[field] = 'REDACTED';
    for (const field of ['client-certificate-data', 'client-key-data'] as const)
      if (user[field]) user[field] = 'DATA+OMITTED';
  }
  for (const cluster of config.clusters.values())
    if (cluster['certificate-authority-data']) cluster['certificate-authority-data'] = 'DATA+OMITTED';
}

function* setContext(invocation: Invocation): Routine {
  const { flags, args } = invocation;
  if (args.length > 1) yield* helpFailure(invocation, `Unexpected args: [${args.join(' ')}]`);
  const given = args[0] ?? '';
  const current = flags.bool('current');
  if (given === '' && !current) throw new Failure('you must specify a non-empty context name or --current');
  if (given !== '' && current) throw new Failure('you cannot specify both a context name and --current');
  const { currentContext, contexts } = invocation.startingKubeconfig;
  if (current && currentContext === '') throw new Failure('no current context is set');
  const name = current ? currentContext : given;
  const existed = contexts.has(name);
  change(invocation, (config) => {
    const context = config.contexts.get(name) ?? { cluster: '', user: '' };
    for (const field of ['cluster', 'user', 'namespace'] as const)
      if (flags.changed(field)) context[field] = flags.string(field);
    if (context.namespace === '') delete context.namespace;
    config.contexts.set(name, context);
  });
  yield* invocation.out(`Context ${goQuote(name)} ${existed ? 'modified' : 'created'}.\n`);
}

function* setCluster(invocation: Invocation): Routine {
  const { flags, args } = invocation;
  if (args.length !== 1) yield* helpFailure(invocation, `Unexpected args: [${args.join(' ')}]`);
  const name = args[0] ?? '';
  if (name === '') throw new Failure('you must specify a non-empty cluster name');
  const authority = flags.string('certificate-authority');
  if (flags.bool('insecure-skip-tls-verify') && authority !== '')
    throw new Failure('you cannot specify a certificate authority and insecure mode at the same time');
  const path = invocation.fs.resolve(invocation.context.cwd, authority);
  if (flags.bool('embed-certs')) {
    if (authority === '') throw new Failure('you must specify a --certificate-authority to embed');
    if (!invocation.fs.exists(path))
      throw new Failure(
        `could not stat certificate-authority file ${authority}: stat ${authority}: no such file or directory`,
      );
  }
  change(invocation, (config) => {
    const cluster = config.clusters.get(name) ?? { server: '' };
    if (flags.changed('server')) {
      cluster.server = flags.string('server');
      delete cluster['tls-server-name'];
    }
    for (const field of ['tls-server-name', 'proxy-url'] as const)
      if (flags.changed(field)) cluster[field] = flags.string(field);
    if (flags.changed('insecure-skip-tls-verify')) {
      delete cluster['insecure-skip-tls-verify'];
      if (flags.bool('insecure-skip-tls-verify')) {
        cluster['insecure-skip-tls-verify'] = true;
        delete cluster['certificate-authority'];
        delete cluster['certificate-authority-data'];
      }
    }
    if (flags.changed('certificate-authority')) {
      delete cluster['insecure-skip-tls-verify'];
      delete cluster['certificate-authority-data'];
      delete cluster['certificate-authority'];
      if (flags.bool('embed-certs')) cluster['certificate-authority-data'] = btoa(invocation.fs.read(path));
      else if (authority !== '') cluster['certificate-authority'] = relative(invocation, path);
    }
    config.clusters.set(name, cluster);
  });
  yield* invocation.out(`Cluster ${goQuote(name)} set.\n`);
}

/** Paths below the kubeconfig's folder are kept relative to it. */
function relative(invocation: Invocation, path: string): string {
  const folder = file(invocation).replace(/[^/]*$/, '');
  return path.startsWith(folder) ? path.slice(folder.length) : path;
}

function* setCredentials(invocation: Invocation): Routine {
  const { flags, args } = invocation;
  if (args.length !== 1) yield* helpFailure(invocation, `unexpected args: [${args.join(' ')}]`);
  const name = args[0] ?? '';
  if (name === '') throw new Failure('you must specify a non-empty user name');
  if (flags.string('token') !== '' && (flags.string('username') !== '' || flags.string('password') !== ''))
    throw new Failure(
      'you cannot specify more than one authentication method at the same time: --token, --username/--password',
    );
  change(invocation, (config) => {
    const user = config.users.get(name) ?? {};
    for (const [flag, data] of [
      ['client-certificate', 'client-certificate-data'],
      ['client-key', 'client-key-data'],
    ] as const) {
      if (!flags.changed(flag)) continue;
      const path = invocation.fs.resolve(invocation.context.cwd, flags.string(flag));
      delete user[flag];
      delete user[data];
      if (flags.bool('embed-certs')) user[data] = btoa(invocation.fs.read(path));
      else if (flags.string(flag) !== '') user[flag] = relative(invocation, path);
    }
    for (const field of ['token', 'username', 'password'] as const)
      if (flags.changed(field)) {
        delete user[field];
        if (flags.string(field) !== '') user[field] = flags.string(field);
      }
    if (flags.string('token') !== '') {
      delete user.username;
      delete user.password;
    } else if (flags.string('username') !== '' || flags.string('password') !== '') delete user.token;
    if (flags.changed('exec-command')) {
      const exec = (user['exec'] ?? {}) as Record<string, unknown>;
      user['exec'] = {
        ...exec,
        command: flags.string('exec-command'),
        ...(flags.changed('exec-api-version') ? { apiVersion: flags.string('exec-api-version') } : {}),
        args: flags.list('exec-arg').length === 0 ? null : flags.list('exec-arg'),
        env: flags.list('exec-env').map((pair) => ({
          name: pair.slice(0, pair.indexOf('=')),
          value: pair.slice(pair.indexOf('=') + 1),
        })),
        provideClusterInfo: flags.bool('exec-provide-cluster-info'),
      };
    }
    if (flags.changed('auth-provider'))
      user['auth-provider'] = {
        name: flags.string('auth-provider'),
        config: Object.fromEntries(flags.list('auth-provider-arg').map((pair) => pair.split('=', 2))),
      };
    config.users.set(name, user);
  });
  yield* invocation.out(`User ${goQuote(name)} set.\n`);
}

function* setProperty(invocation: Invocation): Routine {
  const { flags, args } = invocation;
  if (args.length !== 2) yield* helpFailure(invocation, `Unexpected args: [${args.join(' ')}]`);
  const [name = '', value = ''] = args;
  if (value === '') throw new Failure('you cannot use set to unset a property');
  if (name === '') throw new Failure('you must specify a property');
  change(invocation, (config) => changeProperty(config, name, value, flags.bool('set-raw-bytes')));
  yield* invocation.out(`Property ${goQuote(name)} set.\n`);
}

function* unsetProperty(invocation: Invocation): Routine {
  const { args } = invocation;
  if (args.length !== 1) yield* helpFailure(invocation, `Unexpected args: [${args.join(' ')}]`);
  const [name = ''] = args;
  if (name === '') throw new Failure('you must specify a property');
  change(invocation, (config) => changeProperty(config, name, undefined, true));
  yield* invocation.out(`Property ${goQuote(name)} unset.\n`);
}

function* useContext(invocation: Invocation): Routine {
  const { args } = invocation;
  if (args.length !== 1) yield* helpFailure(invocation, `Unexpected args: [${args.join(' ')}]`);
  const [name = ''] = args;
  if (name === '') throw new Failure('empty context names are not allowed');
  if (!invocation.startingKubeconfig.contexts.has(name))
    throw new Failure(`no context exists with the name: ${goQuote(name)}`);
  change(invocation, (config) => {
    config.currentContext = name;
  });
  yield* invocation.out(`Switched to context ${goQuote(name)}.\n`);
}

function* getContexts(invocation: Invocation): Routine {
  const { flags, args, startingKubeconfig: kubeconfig } = invocation;
  const output = flags.string('output');
  if (output !== '' && output !== 'name')
    throw new Failure(
      `--output ${output} is not available in kubectl config get-contexts; resetting to default output format`,
    );
  const missing = args.filter((name) => !kubeconfig.contexts.has(name));
  const names = args.length === 0 ? [...kubeconfig.contexts.keys()] : args.filter((name) => !missing.includes(name));
  const writer = new TabWriter();
  if (output !== 'name' && !flags.bool('no-headers')) writer.write('CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n');
  for (const name of [...names].sort()) {
    const context = kubeconfig.contexts.get(name);
    if (output === 'name') writer.write(`${name}\n`);
    else
      writer.write(
        `${name === kubeconfig.currentContext ? '*' : ' '}\t${name}\t${context?.cluster ?? ''}\t${context?.user ?? ''}\t${context?.namespace ?? ''}\n`,
      );
  }
  yield* invocation.out(writer.flush());
  const failure = aggregate(missing.map((name) => new Failure(`context ${name} not found`)));
  if (failure !== undefined) throw failure;
}

function* listNames(invocation: Invocation, map: ReadonlyMap<string, unknown>): Routine {
  yield* invocation.out(
    `NAME\n${[...map.keys()]
      .sort()
      .map((name) => `${name}\n`)
      .join('')}`,
  );
}

function* deleteEntry(invocation: Invocation, what: string, part: 'clusters' | 'contexts' | 'users'): Routine {
  const { args, startingKubeconfig: kubeconfig } = invocation;
  const [name = ''] = args;
  if (args.length !== 1) {
    if (part === 'users') throw usageFailure(invocation.path, 'user to delete is required');
    yield* invocation.out(yield* helpText(invocation.context, invocation.path.split(' ').slice(1)));
    return;
  }
  if (!kubeconfig[part].has(name)) throw new Failure(`cannot delete ${what} ${name}, not in ${file(invocation)}`);
  if (part === 'contexts' && kubeconfig.currentContext === name)
    yield* invocation.err(
      'warning: this removed your active context, use "kubectl config use-context" to select a different one\n',
    );
  change(invocation, (config) => {
    config[part].delete(name);
  });
  yield* invocation.out(`deleted ${what} ${name} from ${file(invocation)}\n`);
}

function* renameContext(invocation: Invocation): Routine {
  const { args, startingKubeconfig: kubeconfig } = invocation;
  if (args.length !== 2) yield* helpFailure(invocation, `Unexpected args: [${args.join(' ')}]`);
  const [from = '', to = ''] = args;
  if (to === '') throw new Failure('You must specify a new non-empty context name');
  const context = kubeconfig.contexts.get(from);
  if (context === undefined)
    throw new Failure(`cannot rename the context ${goQuote(from)}, it's not in ${file(invocation)}`);
  if (kubeconfig.contexts.has(to))
    throw new Failure(
      `cannot rename the context ${goQuote(from)}, the context ${goQuote(to)} already exists in ${file(invocation)}`,
    );
  change(invocation, (config) => {
    config.contexts.delete(from);
    config.contexts.set(to, { ...context });
    if (config.currentContext === from) config.currentContext = to;
  });
  yield* invocation.out(`Context ${goQuote(from)} renamed to ${goQuote(to)}.\n`);
}
