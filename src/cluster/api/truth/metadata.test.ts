import { describe } from 'vitest';
import { changed, created, type Loose, type Subject } from './truth.ts';

const configMap: Subject = {
  path: '/api/v1/namespaces/default/configmaps',
  base: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data: { a: 'b' } },
  source: 'api/validation ValidateObjectMeta',
};
const secret: Subject = {
  path: '/api/v1/namespaces/default/secrets',
  base: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'web' }, data: { a: 'Yg==' } },
  source: 'core/validation ValidateSecret',
};
const namespace: Subject = {
  path: '/api/v1/namespaces',
  base: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } },
  source: 'core/validation ValidateNamespace',
};
const ingress: Subject = {
  path: '/apis/networking.k8s.io/v1/namespaces/default/ingresses',
  base: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web' },
    spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  },
  source: 'networking/validation ValidateIngressSpec',
};
const policy: Subject = {
  path: '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies',
  base: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'web' },
    spec: { podSelector: {} },
  },
  source: 'networking/validation ValidateNetworkPolicySpec',
};
const meta = (fields: Loose): Loose => ({ metadata: fields });
const spec = (fields: Loose): Loose => ({ spec: fields });
const NAME =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

describe('metadata', () => {
  created(configMap, [
    {
      of: 'no name',
      send: meta({ name: undefined }),
      says: 'metadata.name: Required value: name or generateName is required',
    },
    {
      of: 'a name with an underscore',
      send: meta({ name: 'a_b' }),
      says: `metadata.name: Invalid value: "a_b": ${SUBDOMAIN}`,
    },
    {
      of: 'a name of 254 characters',
      send: meta({ name: 'a'.repeat(254) }),
      says: `metadata.name: Invalid value: "${'a'.repeat(254)}": must be no more than 253 characters`,
    },
    {
      of: 'a label key with two slashes',
      send: meta({ labels: { 'a/b/c': 'd' } }),
      says: "metadata.labels: Invalid value: \"a/b/c\": a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    },
    {
      of: 'a label key that ends in a hyphen',
      send: meta({ labels: { 'a-': 'b' } }),
      says: `metadata.labels: Invalid value: "a-": ${NAME}`,
    },
    {
      of: 'a label key whose prefix is in capitals',
      send: meta({ labels: { 'A.b/c': 'd' } }),
      says: `metadata.labels: Invalid value: "A.b/c": prefix part ${SUBDOMAIN}`,
    },
    {
      of: 'a label value of 64 characters',
      send: meta({ labels: { a: 'b'.repeat(64) } }),
      says: `metadata.labels: Invalid value: "${'b'.repeat(64)}": must be no more than 63 characters`,
    },
    {
      of: 'an annotation key without a name',
      send: meta({ annotations: { 'a.b/': 'c' } }),
      says: `[metadata.annotations: Invalid value: "a.b/": name part must be non-empty, metadata.annotations: Invalid value: "a.b/": ${NAME}]`,
    },
    {
      of: 'a finalizer with a space',
      send: meta({ finalizers: ['a b'] }),
      says: /^\[?metadata\.finalizers: Invalid value: "a b": name part must consist/,
    },
    {
      of: 'a version is not for those who create',
      send: meta({ resourceVersion: '1' }),
      says: 'resourceVersion should not be set on objects to be created',
    },
    {
      of: 'another namespace than that of the path',
      send: meta({ namespace: 'kube-system' }),
      says: 'the namespace of the provided object does not match the namespace sent on the request',
    },
    {
      of: 'another kind than that of the path',
      send: { kind: 'Secret' },
      says: 'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
    },
    {
      of: 'a made-up name',
      send: meta({ name: undefined, generateName: 'web-' }),
      becomes: meta({ generateName: 'web-' }),
    },
  ]);
  changed(configMap, [
    { of: 'the same name twice in JSON is no change', send: { data: { a: 'b' } }, becomes: { data: { a: 'b' } } },
    { of: 'null takes a key away', send: { data: { a: null, c: 'd' } }, becomes: { data: { c: 'd' } } },
  ]);
  changed({ ...configMap, source: 'core/validation ValidateConfigMapUpdate' }, [
    {
      of: 'an immutable one cannot change',
      from: { immutable: true },
      send: { data: { a: 'c' } },
      says: 'data: Forbidden: field is immutable when `immutable` is set',
    },
    {
      of: 'nor become mutable',
      from: { immutable: true },
      send: { immutable: false },
      says: 'immutable: Forbidden: field is immutable when `immutable` is set',
    },
  ]);
});

describe('Secret', () => {
  created(secret, [
    {
      of: 'data that is not base64',
      send: { data: { a: '!' } },
      says: 'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0',
    },
    {
      of: 'a key with a space',
      send: { data: { 'a b': 'Yg==' } },
      says: "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    },
    {
      of: 'stringData becomes data',
      send: { stringData: { c: 'd' } },
      becomes: { data: { a: 'Yg==', c: 'ZA==' }, type: 'Opaque' },
    },
    {
      of: 'a TLS secret without its key',
      send: { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } },
      says: 'data[tls.key]: Required value',
    },
    {
      of: 'a token of no account',
      send: { type: 'kubernetes.io/service-account-token' },
      says: 'metadata.annotations[kubernetes.io/service-account.name]: Required value',
    },
    {
      of: 'a Docker configuration that is none',
      send: { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'eA==' } },
      says: /^data\[\.dockerconfigjson\]: Invalid value: "<secret contents redacted>": invalid character 'x' looking for beginning of value$/,
    },
  ]);
  changed({ ...secret, source: 'core/validation ValidateSecretUpdate' }, [
    {
      of: 'the type cannot change',
      send: { type: 'example.com/other' },
      says: 'type: Invalid value: "example.com/other": field is immutable',
    },
  ]);
});

describe('Namespace', () => {
  created(namespace, [
    {
      of: 'a name with a dot',
      send: meta({ name: 'a.b' }),
      says: 'metadata.name: Invalid value: "a.b": must not contain dots',
    },
    {
      of: 'its own label and finalizer',
      becomes: {
        metadata: { labels: { 'kubernetes.io/metadata.name': 'web' } },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      },
    },
  ]);
});

describe('Ingress', () => {
  created(ingress, [
    {
      of: 'neither rules nor a backend',
      send: { spec: { defaultBackend: undefined } },
      says: 'spec: Invalid value: []networking.IngressRule(nil): either `defaultBackend` or `rules` must be specified',
    },
    {
      of: 'a host that is an address',
      send: spec({ rules: [{ host: '1.2.3.4' }] }),
      says: 'spec.rules[0].host: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
    },
    {
      of: 'a path without a type',
      send: spec({
        rules: [{ http: { paths: [{ path: '/', backend: { service: { name: 'a', port: { number: 80 } } } }] } }],
      }),
      says: 'spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified',
    },
    {
      of: 'a path that is not absolute',
      send: spec({
        rules: [
          {
            http: {
              paths: [{ path: 'x', pathType: 'Prefix', backend: { service: { name: 'a', port: { number: 80 } } } }],
            },
          },
        ],
      }),
      says: 'spec.rules[0].http.paths[0].path: Invalid value: "x": must be an absolute path',
    },
    {
      of: 'a backend without a port',
      send: spec({ defaultBackend: { service: { name: 'web', port: undefined } } }),
      says: 'spec.defaultBackend: Required value: port name or number is required',
    },
    {
      of: 'a backend whose port has both',
      send: spec({ defaultBackend: { service: { name: 'web', port: { name: 'a' } } } }),
      says: 'spec.defaultBackend: Invalid value: "": cannot set both port name & port number',
    },
  ]);
});

describe('NetworkPolicy', () => {
  created(policy, [
    { of: 'what is filled in', becomes: spec({ policyTypes: ['Ingress'] }) },
    {
      of: 'egress rules make it both',
      send: spec({ egress: [{}] }),
      becomes: spec({ policyTypes: ['Ingress', 'Egress'] }),
    },
    {
      of: 'a peer of nothing',
      send: spec({ ingress: [{ from: [{}] }] }),
      says: 'spec.ingress[0].from[0]: Required value: must specify a peer',
    },
    {
      of: 'a block beside a selector',
      send: spec({ ingress: [{ from: [{ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }] }] }),
      says: 'spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer',
    },
    {
      of: 'an exception outside of its block',
      send: spec({ ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/9'] } }] }] }),
      says: 'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "11.0.0.0/9": must be a strict subset of `cidr`',
    },
    {
      of: 'a range that ends before it begins',
      send: spec({ ingress: [{ ports: [{ port: 90, endPort: 80 }] }] }),
      says: 'spec.ingress[0].ports[0].endPort: Invalid value: 80: must be greater than or equal to `port`',
    },
    {
      of: 'a type that there is not',
      send: spec({ policyTypes: ['In'] }),
      says: 'spec.policyTypes[0]: Unsupported value: "In": supported values: "Egress", "Ingress"',
    },
  ]);
});
