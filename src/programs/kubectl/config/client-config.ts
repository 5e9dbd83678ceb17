import { encodeBytes } from '../../../machines/text.ts';
import { Failure, PlainFailure } from '../errors.ts';
import type { Flags } from '../flags.ts';
import { goQuote } from '../go/quote.ts';
import type { Kubeconfig, KubeconfigContext } from './kubeconfig.ts';

/** What requests need of the kubeconfig and the global flags. */
export interface ClientConfig {
  /** `https://104.197.0.10` */
  readonly server: string;
  /** Credentials and impersonation. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The context that --context or the kubeconfig chooses. @throws Failure when there is none of that name. */
export function chosenContext(config: Kubeconfig, flags: Flags): KubeconfigContext {
  const wanted = flags.string('context');
  const name = wanted === '' ? config.currentContext : wanted;
  const context = config.contexts.get(name);
  if (context === undefined && name !== '')
    throw new PlainFailure(`Error in configuration: context was not found for specified context: ${name}`);
  return context ?? {};
}

/** Namespace of the requests, and whether --namespace named it. */
export function chosenNamespace(config: Kubeconfig, flags: Flags): { name: string; explicit: boolean } {
  const flag = flags.string('namespace');
  if (flag !== '') return { name: flag, explicit: true };
  const namespace = chosenContext(config, flags).namespace ?? '';
  return { name: namespace === '' ? 'default' : namespace, explicit: false };
}

/** @throws Failure in the words of clientcmd */
export function clientConfig(config: Kubeconfig, flags: Flags): ClientConfig {
  const context = chosenContext(config, flags);
  const timeout = flags.string('request-timeout');
  if (!/^-?\d+$/.test(timeout) && !/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(timeout))
    throw new Failure(
      'Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)',
    );
  const clusterName = flags.string('cluster') || context.cluster || '';
  const cluster = config.clusters.get(clusterName);
  if (cluster === undefined && flags.string('cluster') !== '' && flags.string('server') === '')
    throw new Failure(`no server found for cluster ${goQuote(clusterName)}`);
  // Where a command has a --user of its own (create rolebinding), it is not this one.
  const asked = flags.spec('user')?.type === 'string' ? flags.string('user') : '';
  const userName = asked || context.user || '';
  const user = config.users.get(userName);
  if (user === undefined && asked !== '') throw new Failure(`auth info ${goQuote(userName)} does not exist`);
  if ((flags.string('as-uid') !== '' || flags.list('as-group').length > 0) && flags.string('as') === '')
    throw new Failure(`requesting uid, groups or user-extra for ${userName} without impersonating a user`);
  const server = serverUrl(flags.string('server') || cluster?.server || 'http://localhost:8080');
  const headers: Record<string, string> = {};
  const token = flags.string('token') || user?.token || '';
  const name = flags.string('username') || user?.username || '';
  if (token !== '') headers['authorization'] = `Bearer ${token}`;
  else if (name !== '')
    headers['authorization'] = `Basic ${base64(`${name}:${flags.string('password') || user?.password || ''}`)}`;
  if (flags.string('as') !== '') headers['impersonate-user'] = flags.string('as');
  if (flags.list('as-group').length > 0) headers['impersonate-group'] = flags.list('as-group').join(',');
  if (flags.string('as-uid') !== '') headers['impersonate-uid'] = flags.string('as-uid');
  return { server, headers };
}

function serverUrl(text: string): string {
  const url = text.includes('://') ? text : `http://${text}`;
  if (!/^[a-z]+:\/\/(\[[0-9a-fA-F:]+\]|[^:/]+)(:\d+)?(\/.*)?$/.test(url))
    throw new Failure(`host must be a URL or a host:port pair: ${goQuote(text)}`);
  return url.replace(/\/$/, '');
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...encodeBytes(text)));
}
