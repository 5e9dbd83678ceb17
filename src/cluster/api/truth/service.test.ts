import { describe } from 'vitest';
import { changed, created, type Loose, type Subject } from './truth.ts';

const service: Subject = {
  path: '/api/v1/namespaces/default/services',
  base: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  },
  source: 'core/validation ValidateService',
};
const spec = (fields: Loose): Loose => ({ spec: fields });
const port = (fields: Loose): Loose => spec({ ports: [{ port: 80, ...fields }] });
const DNS1035 =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const DNS1123 =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const RANGE = 'must be between 1 and 65535, inclusive';

describe('Service: what is refused', () => {
  created(service, [
    {
      of: 'a name that begins with a digit is no DNS-1035 label',
      send: { metadata: { name: '1web' } },
      says: `metadata.name: Invalid value: "1web": ${DNS1035}`,
    },
    {
      of: 'a name with a dot is none either',
      send: { metadata: { name: 'a.b' } },
      says: `metadata.name: Invalid value: "a.b": ${DNS1035}`,
    },
    {
      of: 'a name of 64 characters is too long',
      send: { metadata: { name: 'a'.repeat(64) } },
      says: `metadata.name: Invalid value: "${'a'.repeat(64)}": must be no more than 63 characters`,
    },
    { of: 'no ports', send: spec({ ports: [] }), says: 'spec.ports: Required value' },
    { of: 'headless without ports is fine', send: spec({ clusterIP: 'None', ports: [] }) },
    {
      of: 'a negative port',
      send: port({ port: -1, targetPort: 80 }),
      says: `spec.ports[0].port: Invalid value: -1: ${RANGE}`,
    },
    {
      of: 'a protocol in small letters',
      send: port({ protocol: 'tcp' }),
      says: 'spec.ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"',
    },
    {
      of: 'a target port beyond the range',
      send: port({ targetPort: 65536 }),
      says: `spec.ports[0].targetPort: Invalid value: 65536: ${RANGE}`,
    },
    {
      of: 'a target port with a name that is too long',
      send: port({ targetPort: 'abcdefghijklmnop' }),
      says: 'spec.ports[0].targetPort: Invalid value: "abcdefghijklmnop": must be no more than 15 characters',
    },
    {
      of: 'a target port whose name has no letter',
      send: port({ targetPort: '80' }),
      says: 'spec.ports[0].targetPort: Invalid value: "80": must contain at least one letter (a-z)',
    },
    {
      of: 'a port name with a capital letter',
      send: port({ name: 'Http' }),
      says: `spec.ports[0].name: Invalid value: "Http": ${DNS1123}`,
    },
    {
      of: 'the same port and protocol twice',
      send: spec({
        ports: [
          { name: 'a', port: 80 },
          { name: 'b', port: 80 },
        ],
      }),
      says: 'spec.ports[1]: Duplicate value: core.ServicePort{Name:"", Protocol:"TCP", AppProtocol:(*string)(nil), Port:80, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}',
    },
    {
      of: 'the same port by another protocol is fine',
      send: spec({
        ports: [
          { name: 'a', port: 53 },
          { name: 'b', port: 53, protocol: 'UDP' },
        ],
      }),
    },
    {
      of: 'a node port of a ClusterIP service',
      send: port({ nodePort: 30080 }),
      says: "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    },
    {
      of: 'a node port outside of the range',
      send: spec({ type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }),
      says: 'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    },
    {
      of: 'a type that there is not',
      send: spec({ type: 'Cluster' }),
      says: 'spec.type: Unsupported value: "Cluster": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    },
    {
      of: 'an affinity that there is not',
      send: spec({ sessionAffinity: 'Cookie' }),
      says: 'spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"',
    },
    {
      of: 'a timeout of a day and a second',
      send: spec({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 86401 } } }),
      says: 'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400',
    },
    {
      of: 'a headless NodePort',
      send: spec({ type: 'NodePort', clusterIP: 'None' }),
      says: 'spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for NodePort services',
    },
    {
      of: 'a cluster IP that is no address',
      send: spec({ clusterIP: '10.0.0' }),
      says: 'spec.clusterIPs[0]: Invalid value: "10.0.0": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    },
    {
      of: 'a cluster IP of another range',
      send: spec({ clusterIP: '192.168.1.1' }),
      says: 'spec.clusterIPs: Invalid value: []string{"192.168.1.1"}: failed to allocate IP 192.168.1.1: the provided network does not match the current range',
    },
    {
      of: 'an ExternalName without a name',
      send: spec({ type: 'ExternalName', ports: undefined, selector: undefined }),
      says: 'spec.externalName: Required value',
    },
    {
      of: 'an external name with an underscore',
      send: spec({ type: 'ExternalName', externalName: 'a_b', ports: undefined }),
      says: "spec.externalName: Invalid value: \"a_b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    },
    {
      of: 'an external name with a last dot is fine',
      send: spec({ type: 'ExternalName', externalName: 'example.com.', ports: undefined }),
    },
    {
      of: 'a policy for outside traffic where none comes',
      send: spec({ externalTrafficPolicy: 'Local' }),
      says: 'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
    },
    {
      of: 'a policy that there is not',
      send: spec({ type: 'NodePort', externalTrafficPolicy: 'Global' }),
      says: 'spec.externalTrafficPolicy: Unsupported value: "Global": supported values: "Cluster", "Local"',
    },
    {
      of: 'an internal policy that there is not',
      send: spec({ internalTrafficPolicy: 'Global' }),
      says: 'spec.internalTrafficPolicy: Unsupported value: "Global": supported values: "Cluster", "Local"',
    },
    {
      of: 'a health check port without Local',
      send: spec({ type: 'LoadBalancer', healthCheckNodePort: 32000 }),
      says: "spec.healthCheckNodePort: Invalid value: 32000: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
    },
    {
      of: 'source ranges of a ClusterIP service',
      send: spec({ loadBalancerSourceRanges: ['10.0.0.0/8'] }),
      says: "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
    },
    {
      of: 'a class of load balancers where there is none',
      send: spec({ loadBalancerClass: 'a.b/c' }),
      says: "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
    },
    {
      of: 'a loopback address as external IP',
      send: spec({ externalIPs: ['127.0.0.1'] }),
      says: 'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    },
    {
      of: 'a selector with a wrong value',
      send: spec({ selector: { app: 'a b' } }),
      says: "spec.selector: Invalid value: \"a b\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    },
  ]);
});

describe('Service: what is filled in', () => {
  created({ ...service, source: 'core/v1 SetDefaults_Service' }, [
    { of: 'the type', becomes: spec({ type: 'ClusterIP' }) },
    {
      of: 'the protocol and the target port',
      becomes: spec({ ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }] }),
    },
    {
      of: 'a named target port stays',
      send: port({ targetPort: 'http' }),
      becomes: spec({ ports: [{ targetPort: 'http' }] }),
    },
    {
      of: 'affinity and its timeout',
      send: spec({ sessionAffinity: 'ClientIP' }),
      becomes: spec({ sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } } }),
    },
    {
      of: 'policies of a NodePort',
      send: spec({ type: 'NodePort' }),
      becomes: spec({ externalTrafficPolicy: 'Cluster', internalTrafficPolicy: 'Cluster' }),
    },
    {
      of: 'node ports of a load balancer',
      send: spec({ type: 'LoadBalancer' }),
      becomes: spec({ allocateLoadBalancerNodePorts: true }),
    },
  ]);
  created({ ...service, source: 'api/service/warnings.go GetWarningsForService' }, [
    {
      of: 'an external IP of an ExternalName warns',
      send: spec({ type: 'ExternalName', externalName: 'example.com', externalIPs: ['1.2.3.4'], ports: undefined }),
      warns: ['spec.externalIPs is ignored when spec.type is "ExternalName"'],
    },
    {
      of: 'an external name of another type warns',
      send: spec({ externalName: 'example.com' }),
      warns: ['spec.externalName is ignored when spec.type is not "ExternalName"'],
    },
    {
      of: 'session affinity of a headless service does not yet',
      send: spec({ clusterIP: 'None', sessionAffinity: 'ClientIP' }),
      warns: [],
    },
  ]);
});

describe('Service: what cannot change', () => {
  changed({ ...service, source: 'core/validation ValidateServiceUpdate' }, [
    {
      of: 'the cluster IP',
      from: spec({ clusterIP: '10.0.9.9' }),
      send: spec({ clusterIP: '10.0.9.10', clusterIPs: ['10.0.9.10'] }),
      says: 'spec.clusterIPs[0]: Invalid value: []string{"10.0.9.10"}: may not change once set',
    },
    {
      of: 'an ExternalName needs its name',
      send: spec({ type: 'ExternalName' }),
      says: 'spec.externalName: Required value',
    },
    {
      of: 'the type may change, and node ports come',
      send: spec({ type: 'NodePort' }),
      becomes: spec({ type: 'NodePort' }),
    },
    {
      of: 'a port by a strategic merge is joined by its number',
      by: 'strategic',
      send: spec({ ports: [{ port: 80, targetPort: 8080 }] }),
      becomes: spec({ ports: [{ port: 80, targetPort: 8080 }] }),
    },
    {
      of: 'a second port without names',
      by: 'strategic',
      send: spec({ ports: [{ port: 81 }] }),
      says: '[spec.ports[0].name: Required value, spec.ports[1].name: Required value]',
    },
  ]);
});
