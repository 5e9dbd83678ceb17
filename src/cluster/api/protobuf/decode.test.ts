import { beforeAll, describe, expect, it } from 'vitest';
import { builtInFields } from '../../field-schema.ts';
import type { KubeObject } from '../types.ts';
import { decodeProtobuf, ProtobufError } from './decode.ts';

beforeAll(() => builtInFields.load());

/** What kubectl 1.33 sent, as Go would write it again in JSON. */
function decoded(base64: string): KubeObject {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const object = decodeProtobuf(bytes, builtInFields.types() ?? {});
  return builtInFields.decode(object.kind ?? '', object).object;
}

describe('protobuf from kubectl 1.33', () => {
  it('create deployment web --image=nginx --replicas=2 --port=80', () => {
    expect(
      decoded(
        'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50ErgBCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEoYBCAISDAoKCgNhcHASA3dlYhpsChwKABIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEkwSLgoFbmdpbngSBW5naW54KgAyCgoAEAAYUCIAKgBCAGoAcgCAAQCIAQCQAQCiAQAaADIAQgBKAFIAWABgAGgAggEAigEAmgEAwgEAIgIKACgAOAAaDAgAEAAYACAAKAA4ABoAIgA=',
      ),
    ).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        strategy: {},
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'nginx', image: 'nginx', ports: [{ containerPort: 80 }], resources: {} }] },
        },
      },
    });
  });

  it('create service nodeport web --tcp=80:8080 --node-port=30080', () => {
    expect(
      decoded(
        'azhzAAoNCgJ2MRIHU2VydmljZRJqCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEkMKHQoHODAtODA4MBIDVENQGFAiBwgAEJA/GgAogOsBEgoKA2FwcBIDd2ViGgAiCE5vZGVQb3J0OgBCAFIAWgBgAGgAGgIKABoAIgA=',
      )['spec'],
    ).toEqual({
      ports: [{ name: '80-8080', protocol: 'TCP', port: 80, targetPort: 8080, nodePort: 30080 }],
      selector: { app: 'web' },
      type: 'NodePort',
    });
  });

  it('create secret generic s --from-literal=user=a', () => {
    expect(decoded('azhzAAoMCgJ2MRIGU2VjcmV0EiAKEQoBcxIAGgAiACoAMgA4AEIAEgkKBHVzZXISAWEaABoAIgA=')).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      data: { user: 'YQ==' },
    });
  });

  it('auth can-i list pods -n x', () => {
    expect(
      decoded(
        'azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSNwoQCgASABoAIgAqADIAOABCABIZChcKAXgSBGxpc3QaACIAKgRwb2RzMgA6ABoICAASABoAIAAaACIA',
      ),
    ).toMatchObject({ spec: { resourceAttributes: { namespace: 'x', verb: 'list', resource: 'pods' } } });
  });

  it('create ingress i --rule=a.b/x=svc:80', () => {
    expect(
      decoded(
        'azhzAAofChRuZXR3b3JraW5nLms4cy5pby92MRIHSW5ncmVzcxJAChEKAWkSABoAIgAqADIAOABCABInGiUKA2EuYhIeChwKGgoCL3gSDSILCgNzdmMSBAoAEFAaBUV4YWN0GgIKABoAIgA=',
      )['spec'],
    ).toEqual({
      rules: [
        {
          host: 'a.b',
          http: {
            paths: [{ path: '/x', pathType: 'Exact', backend: { service: { name: 'svc', port: { number: 80 } } } }],
          },
        },
      ],
    });
  });

  it('refuses other bytes', () => {
    expect(() => decodeProtobuf(new Uint8Array([1, 2, 3, 4]), {})).toThrow(ProtobufError);
  });
});
