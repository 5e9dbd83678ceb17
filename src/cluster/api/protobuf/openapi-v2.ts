import type { KindDefinition } from '../kind.ts';

/** What a write may be told in its query. */
const PARAMETERS = ['dryRun', 'fieldManager', 'fieldValidation', 'force'];

/**
 * An OpenAPI 2 document in gnostic's protobuf, as kubectl before 1.28 wants it: only what a client looks at before it writes, which
 * parameters the PATCH of each kind takes.
 */
export function openapiV2(kinds: readonly KindDefinition[]): Uint8Array<ArrayBuffer> {
  const paths = kinds.map((kind) => {
    const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
    const where = kind.namespaced ? '/namespaces/{namespace}' : '';
    // NamedPathItem: name = 1, value = 2 { patch = 8 }.
    return message(2, [text(1, `${root}${where}/${kind.plural}/{name}`), message(2, [message(8, operation(kind))])]);
  });
  const info = message(2, [text(1, 'Kubernetes'), text(2, 'v1.33.4')]);
  return new Uint8Array([...text(1, '2.0'), ...info, ...message(8, paths)]);
}

/** Operation: parameters = 8, vendor_extension = 13 { name = 1, value = 2 { yaml = 2 } }. */
function operation(kind: KindDefinition): Bytes[] {
  const parameters = PARAMETERS.map((name) =>
    // ParametersItem.parameter = 1, Parameter.non_body_parameter = 2, query_parameter_sub_schema = 3 { in = 2, name = 4 }.
    message(8, [message(1, [message(2, [message(3, [text(2, 'query'), text(4, name)])])])]),
  );
  const yaml = `group: ${JSON.stringify(kind.group)}\nkind: ${kind.kind}\nversion: ${kind.version}\n`;
  const extension = message(13, [text(1, 'x-kubernetes-group-version-kind'), message(2, [text(2, yaml)])]);
  return [...parameters, extension];
}

type Bytes = readonly number[];

function message(field: number, parts: readonly Bytes[]): Bytes {
  const body = parts.flat();
  return [...varint((field << 3) | 2), ...varint(body.length), ...body];
}

function text(field: number, value: string): Bytes {
  const bytes = [...new TextEncoder().encode(value)];
  return [...varint((field << 3) | 2), ...varint(bytes.length), ...bytes];
}

function varint(value: number): Bytes {
  const bytes: number[] = [];
  let left = value;
  for (; left > 0x7f; left >>>= 7) bytes.push((left & 0x7f) | 0x80);
  return [...bytes, left];
}
