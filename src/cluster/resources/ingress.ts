import type { Ingress, IngressClass } from 'kubernetes-types/networking/v1';
import { same } from '../api/equality.ts';
import { GoSyntax } from '../api/errors.ts';
import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject } from '../api/types.ts';
import { age } from './duration.ts';
import { IMMUTABLE, Problems, rules } from './fields.ts';
import { ipFamily } from './ip.ts';
import { AGE, column, NAME } from './table.ts';
import { kindWarnings } from './unsimulated.ts';

type IngressObject = Ingress & KubeObject;
type Spec = NonNullable<Ingress['spec']>;
type Backend = NonNullable<Spec['defaultBackend']>;

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
/** An Ingress that says nothing, as Go prints it. */
const NO_RULES = new GoSyntax('[]networking.IngressRule(nil)');
const WILDCARD =
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

export const ingress: KindDefinition<IngressObject> = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  singular: 'ingress',
  shortNames: ['ing'],
  namespaced: true,
  subresources: ['status'],
  generation: true,
  prepareForCreate(object) {
    (object as KubeObject)['status'] = { loadBalancer: {} };
  },
  validate(object) {
    const found = new Problems();
    const spec: Spec = object.spec ?? {};
    if ((spec.rules ?? []).length === 0 && !spec.defaultBackend)
      found.invalid('spec', NO_RULES, 'either `defaultBackend` or `rules` must be specified');
    if (spec.defaultBackend) checkBackend('spec.defaultBackend', spec.defaultBackend, found);
    for (const [index, rule] of (spec.rules ?? []).entries()) {
      const at = `spec.rules[${index}]`;
      if (rule.host) checkHost(`${at}.host`, rule.host, found);
      if (rule.http && (rule.http.paths ?? []).length === 0) found.required(`${at}.http.paths`);
      for (const [number, path] of (rule.http?.paths ?? []).entries()) {
        const where = `${at}.http.paths[${number}]`;
        const text = path.path ?? '';
        if (!path.pathType) found.required(`${where}.pathType`, 'pathType must be specified');
        else if (!PATH_TYPES.includes(path.pathType)) found.unsupported(`${where}.pathType`, path.pathType, PATH_TYPES);
        else if (path.pathType !== 'ImplementationSpecific' || text !== '') {
          if (!text.startsWith('/')) found.invalid(`${where}.path`, text, 'must be an absolute path');
          else if (path.pathType !== 'ImplementationSpecific' && /\/\/|\/\.(\/|$)|\/\.\.(\/|$)/.test(text))
            found.invalid(`${where}.path`, text, `must not contain '${/\/\.\.|\/\/|\/\./.exec(text)?.[0] ?? ''}'`);
        }
        checkBackend(`${where}.backend`, path.backend ?? {}, found);
      }
    }
    for (const [index, { hosts = [], secretName }] of (spec.tls ?? []).entries()) {
      for (const [number, host] of hosts.entries()) checkHost(`spec.tls[${index}].hosts[${number}]`, host, found);
      if (secretName) found.check(`spec.tls[${index}].secretName`, secretName, rules.dns1123Subdomain);
    }
    if (spec.ingressClassName) found.check('spec.ingressClassName', spec.ingressClassName, rules.dns1123Subdomain);
    return found.list;
  },
  warnings: (_, old) => kindWarnings('Ingress', old),
  columns: [
    NAME,
    column('Class', 'The name of the IngressClass resource that should be used for additional configuration'),
    column('Hosts', 'Hosts that incoming requests are matched against before the ingress rule'),
    column('Address', 'Address is a list containing ingress points for the load-balancer'),
    column('Ports', 'Ports of TLS configurations that open'),
    AGE,
  ],
  row(object, now) {
    const { spec, status } = object;
    const hosts = (spec?.rules ?? []).flatMap((rule) => rule.host || []);
    const more = hosts.length > 3 ? ` + ${hosts.length - 3} more...` : '';
    const addresses = (status?.loadBalancer?.ingress ?? []).flatMap((each) => each.ip || each.hostname || []);
    return [
      object.metadata?.name ?? '',
      spec?.ingressClassName ?? '<none>',
      hosts.length === 0 ? '*' : `${hosts.slice(0, 3).join(',')}${more}`,
      [...new Set(addresses)].sort().join(','),
      (spec?.tls ?? []).length > 0 ? '80, 443' : '80',
      age(object.metadata?.creationTimestamp, now),
    ];
  },
};

function checkHost(field: string, host: string, found: Problems): void {
  if (ipFamily(host) !== undefined) found.invalid(field, host, 'must be a DNS name, not an IP address');
  else if (host.includes('*')) {
    if (!/^\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(host))
      found.invalid(field, host, WILDCARD);
  } else found.check(field, host, rules.dns1123Subdomain);
}

/** validateIngressBackend */
function checkBackend(at: string, { service, resource }: Backend, found: Problems): void {
  if (service && resource) found.invalid(at, '', 'cannot set both resource and service backends');
  else if (service) {
    if (!service.name) found.required(`${at}.service.name`);
    else found.check(`${at}.service.name`, service.name, rules.dns1035Label);
    const { name, number } = service.port ?? {};
    if (name && number) found.invalid(at, '', 'cannot set both port name & port number');
    else if (name) found.portOrName(`${at}.service.port.name`, name);
    else if (number) found.port(`${at}.service.port.number`, number);
    else found.required(at, 'port name or number is required');
  } else if (!resource) found.invalid(at, '', 'resource or service backend is required');
}

type ClassObject = IngressClass & KubeObject;

export const ingressClass: KindDefinition<ClassObject> = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  singular: 'ingressclass',
  namespaced: false,
  generation: true,
  validate(object) {
    const found = new Problems();
    const controller = object.spec?.controller ?? '';
    if (controller.length > 250) found.tooLong('spec.controller', 250);
    const [domain = '', ...path] = controller.split('/');
    if (path.length === 0 || rules.dns1123Subdomain(domain).length > 0)
      found.invalid('spec.controller', controller, 'must be a domain-prefixed path (such as "acme.io/foo")');
    return found.list;
  },
  validateUpdate(object, old) {
    const found = new Problems();
    if (!same(object.spec?.controller, old.spec?.controller))
      found.invalid('spec.controller', object.spec?.controller, IMMUTABLE);
    return found.list;
  },
  warnings: (_, old) => kindWarnings('IngressClass', old),
  columns: [
    NAME,
    column('Controller', 'Controller that is responsible for handling this class'),
    column('Parameters', 'A reference to a resource with additional parameters'),
    AGE,
  ],
  row(object, now) {
    const { apiGroup, kind, name } = object.spec?.parameters ?? {};
    return [
      object.metadata?.name ?? '',
      object.spec?.controller ?? '',
      kind === undefined ? '<none>' : `${kind}${apiGroup ? `.${apiGroup}` : ''}/${name}`,
      age(object.metadata?.creationTimestamp, now),
    ];
  },
};
