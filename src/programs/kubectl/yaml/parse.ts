import { goSyntax } from '../go/value.ts';
import { errorAt, type Mark, YamlError } from './error.ts';
import { resolvePlain } from './resolve.ts';
import { Scanner, type Token } from './scanner.ts';

export { YamlError } from './error.ts';

/**
 * Reads the first document of a text as kubectl reads YAML (go-yaml v2 and sigs.k8s.io/yaml): YAML 1.1, later keys win over
 * equal earlier ones, merge keys, no more than sensible use of aliases. @throws YamlError in go-yaml's words
 */
export function parseYaml(text: string): unknown {
  const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]/.exec(text);
  if (control !== null) throw new YamlError('control characters are not allowed');
  if (/[\udc80-\udcff]/.test(text) && /(?<![\ud800-\udbff])[\udc80-\udcff]/.test(text))
    throw new YamlError('invalid leading UTF-8 octet');
  const node = new Parser(text).document();
  return node === undefined ? null : new Decoder().value(node);
}

type Node =
  | {
      readonly kind: 'scalar';
      readonly value: string;
      readonly plain: boolean;
      readonly tag: string;
      readonly line: number;
    }
  | { readonly kind: 'sequence'; readonly items: Node[] }
  | { readonly kind: 'mapping'; readonly pairs: (readonly [Node, Node])[] }
  | { readonly kind: 'alias'; readonly name: string; readonly target: Node };

interface Properties {
  readonly anchor: string | undefined;
  readonly tag: string;
}

const LONG = 'tag:yaml.org,2002:';

/**
 * Nodes within nodes. The real parser goes ten times as deep and says so; here everything that walks over an object later does
 * so on the stack of a browser's worker.
 */
const DEEPEST = 1000;

class Parser {
  private readonly scanner: Scanner;
  private readonly anchors = new Map<string, Node>();
  private readonly tags = new Map<string, string>();
  private depth = 0;

  constructor(text: string) {
    this.scanner = new Scanner(text);
  }

  /** The first document; undefined when there is none. What follows it is not looked at. */
  document(): Node | undefined {
    let token = this.scanner.peek();
    if (token.type === 'stream-end') return undefined;
    const explicit =
      token.type === 'version-directive' || token.type === 'tag-directive' || token.type === 'document-start';
    this.directives();
    token = this.scanner.peek();
    if (explicit) {
      if (token.type !== 'document-start')
        throw errorAt('did not find expected <document start>', token.start, 'parser');
      this.scanner.skip();
      token = this.scanner.peek();
    }
    const empty =
      explicit &&
      ['version-directive', 'tag-directive', 'document-start', 'document-end', 'stream-end'].includes(token.type);
    const node = empty ? emptyScalar(token.start) : this.node(true, false);
    const after = this.scanner.peek();
    if (after.type === 'document-end') this.scanner.skip();
    return node;
  }

  private directives(): void {
    let version = false;
    for (;;) {
      const token = this.scanner.peek();
      if (token.type === 'version-directive') {
        if (version) throw errorAt('found duplicate %YAML directive', token.start, 'parser');
        if (token.major !== 1 || token.minor !== 1)
          throw errorAt('found incompatible YAML document', token.start, 'parser');
        version = true;
      } else if (token.type === 'tag-directive') {
        if (this.tags.has(token.handle)) throw errorAt('found duplicate %TAG directive', token.start, 'parser');
        this.tags.set(token.handle, token.prefix);
      } else break;
      this.scanner.skip();
    }
    if (!this.tags.has('!')) this.tags.set('!', '!');
    if (!this.tags.has('!!')) this.tags.set('!!', LONG);
  }

  private node(block: boolean, indentless: boolean): Node {
    if (++this.depth > DEEPEST) throw errorAt('exceeded max depth of 10000', this.scanner.peek().start, 'scanner');
    const node = this.nodeHere(block, indentless);
    this.depth--;
    return node;
  }

  private nodeHere(block: boolean, indentless: boolean): Node {
    let token = this.scanner.peek();
    if (token.type === 'alias') {
      const target = this.anchors.get(token.value);
      if (target === undefined) throw new YamlError(`unknown anchor '${token.value}' referenced`);
      this.scanner.skip();
      return { kind: 'alias', name: token.value, target };
    }
    const start = token.start;
    const { anchor, tag } = this.properties(start);
    token = this.scanner.peek();
    const named = <T extends Node>(node: T): T => {
      if (anchor !== undefined) this.anchors.set(anchor, node);
      return node;
    };
    if (indentless && token.type === 'block-entry')
      return this.indentlessSequence(named({ kind: 'sequence', items: [] }));
    if (token.type === 'scalar') {
      this.scanner.skip();
      const plain = (tag === '' && token.plain) || tag === '!';
      return named({ kind: 'scalar', value: token.value, plain, tag, line: start.line });
    }
    if (token.type === '[') return this.flowSequence(named({ kind: 'sequence', items: [] }));
    if (token.type === '{') return this.flowMapping(named({ kind: 'mapping', pairs: [] }));
    if (block && token.type === 'block-sequence-start')
      return this.blockSequence(named({ kind: 'sequence', items: [] }));
    if (block && token.type === 'block-mapping-start') return this.blockMapping(named({ kind: 'mapping', pairs: [] }));
    if (anchor !== undefined || tag !== '')
      return named({ kind: 'scalar', value: '', plain: tag === '', tag, line: start.line });
    throw errorAt('did not find expected node content', token.start, 'parser', start);
  }

  private properties(start: Mark): Properties {
    let anchor: string | undefined;
    let tag = '';
    for (let i = 0; i < 2; i++) {
      const token = this.scanner.peek();
      if (token.type === 'anchor' && anchor === undefined) anchor = token.value;
      else if (token.type === 'tag' && tag === '') {
        if (token.handle === '') tag = token.suffix;
        else {
          const prefix = this.tags.get(token.handle);
          if (prefix === undefined) throw errorAt('found undefined tag handle', token.start, 'parser', start);
          tag = prefix + token.suffix;
        }
      } else break;
      this.scanner.skip();
    }
    return { anchor, tag };
  }

  private blockSequence(node: Extract<Node, { kind: 'sequence' }>): Node {
    const { start } = this.scanner.peek();
    this.scanner.skip();
    for (;;) {
      const token = this.scanner.peek();
      this.scanner.skip();
      if (token.type === 'block-end') return node;
      if (token.type !== 'block-entry')
        throw errorAt("did not find expected '-' indicator", token.start, 'parser', start);
      const next = this.scanner.peek().type;
      node.items.push(next === 'block-entry' || next === 'block-end' ? emptyScalar(token.end) : this.node(true, false));
    }
  }

  private indentlessSequence(node: Extract<Node, { kind: 'sequence' }>): Node {
    for (;;) {
      const token = this.scanner.peek();
      if (token.type !== 'block-entry') return node;
      this.scanner.skip();
      const next = this.scanner.peek().type;
      node.items.push(
        ['block-entry', 'key', 'value', 'block-end'].includes(next) ? emptyScalar(token.end) : this.node(true, false),
      );
    }
  }

  private blockMapping(node: Extract<Node, { kind: 'mapping' }>): Node {
    const { start } = this.scanner.peek();
    this.scanner.skip();
    const orEmpty = (mark: Mark) =>
      ['key', 'value', 'block-end'].includes(this.scanner.peek().type) ? emptyScalar(mark) : this.node(true, true);
    for (;;) {
      const token = this.scanner.peek();
      if (token.type === 'block-end') {
        this.scanner.skip();
        return node;
      }
      if (token.type !== 'key') throw errorAt('did not find expected key', token.start, 'parser', start);
      this.scanner.skip();
      const key = orEmpty(token.end);
      const colon = this.scanner.peek();
      if (colon.type === 'value') {
        this.scanner.skip();
        node.pairs.push([key, orEmpty(colon.end)]);
      } else node.pairs.push([key, emptyScalar(colon.start)]);
    }
  }

  private flowSequence(node: Extract<Node, { kind: 'sequence' }>): Node {
    const { start } = this.scanner.peek();
    this.scanner.skip();
    for (let first = true; ; first = false) {
      if (this.flowEnd(']', first, start)) return node;
      const token = this.scanner.peek();
      if (token.type === ']') continue;
      if (token.type === 'key') {
        this.scanner.skip();
        const key = this.flowPart(['value', ',', ']']);
        let value = emptyScalar(token.end);
        if (this.scanner.peek().type === 'value') {
          this.scanner.skip();
          value = this.flowPart([',', ']']);
        }
        node.items.push({ kind: 'mapping', pairs: [[key, value]] });
      } else node.items.push(this.node(false, false));
    }
  }

  private flowMapping(node: Extract<Node, { kind: 'mapping' }>): Node {
    const { start } = this.scanner.peek();
    this.scanner.skip();
    for (let first = true; ; first = false) {
      if (this.flowEnd('}', first, start)) return node;
      const token = this.scanner.peek();
      if (token.type === '}') continue;
      if (token.type === 'key') {
        this.scanner.skip();
        const key = this.flowPart(['value', ',', '}']);
        let value = emptyScalar(token.end);
        if (this.scanner.peek().type === 'value') {
          this.scanner.skip();
          value = this.flowPart([',', '}']);
        }
        node.pairs.push([key, value]);
      } else node.pairs.push([this.node(false, false), emptyScalar(token.end)]);
    }
  }

  /** Takes the end of a flow collection, or the comma before its next part. */
  private flowEnd(end: ']' | '}', first: boolean, start: Mark): boolean {
    const token = this.scanner.peek();
    if (token.type === end) {
      this.scanner.skip();
      return true;
    }
    if (first) return false;
    if (token.type !== ',') throw errorAt(`did not find expected ',' or '${end}'`, token.start, 'parser', start);
    this.scanner.skip();
    return false;
  }

  private flowPart(ends: readonly Token['type'][]): Node {
    const token = this.scanner.peek();
    return ends.includes(token.type) ? emptyScalar(token.start) : this.node(false, false);
  }
}

function emptyScalar(mark: Mark): Node {
  return { kind: 'scalar', value: '', plain: true, tag: '', line: mark.line };
}

/** Turns nodes into JSON values. */
class Decoder {
  private count = 0;
  private aliased = 0;
  private depth = 0;
  private readonly open = new Set<Node>();

  value(node: Node): unknown {
    this.count++;
    if (this.depth > 0) this.aliased++;
    if (this.aliased > 100 && this.count > 1000 && this.aliased / this.count > allowedAliasRatio(this.count))
      throw new YamlError('document contains excessive aliasing');
    switch (node.kind) {
      case 'alias': {
        if (this.open.has(node)) throw new YamlError(`anchor '${node.name}' value contains itself`);
        this.open.add(node);
        this.depth++;
        const value = this.value(node.target);
        this.depth--;
        this.open.delete(node);
        return value;
      }
      case 'scalar': {
        const value = scalarValue(node);
        if (typeof value === 'number' && !Number.isFinite(value))
          throw new YamlError(
            `unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`,
            'json: ',
          );
        return value;
      }
      case 'sequence':
        return node.items.map((item) => this.value(item));
      case 'mapping': {
        const map: Record<string, unknown> = {};
        this.fill(map, node);
        return map;
      }
    }
  }

  private fill(map: Record<string, unknown>, node: Extract<Node, { kind: 'mapping' }>): void {
    for (const [key, value] of node.pairs) {
      if (key.kind === 'scalar' && key.value === '<<' && (key.plain || key.tag === `${LONG}merge`)) {
        this.merge(map, value);
        continue;
      }
      const name = this.value(key);
      if (typeof name === 'object' && name !== null)
        throw new YamlError(`invalid map key: ${goSyntax(name, 'interface {}')}`);
      if (name === null)
        throw new YamlError(
          `unsupported map key of type: %!s(<nil>), key: <nil>, value: ${goSyntax(this.value(value), 'interface {}').replace(/^interface \{\}\(nil\)$/, '<nil>')}`,
          '',
        );
      const text = String(name);
      if (text === '__proto__') Object.defineProperty(map, text, { value: this.value(value), enumerable: true });
      else map[text] = this.value(value);
    }
  }

  private merge(map: Record<string, unknown>, node: Node): void {
    const sources = node.kind === 'sequence' ? [...node.items].reverse() : [node];
    for (const source of sources) {
      const target = source.kind === 'alias' ? source.target : source;
      if (target.kind !== 'mapping') throw new YamlError('map merge requires map or sequence of maps as the value');
      Object.assign(map, this.value(source));
    }
  }
}

function scalarValue({ value, plain, tag }: Extract<Node, { kind: 'scalar' }>): unknown {
  const short = tag.startsWith(LONG) ? `!!${tag.slice(LONG.length)}` : tag;
  if (short === '') return plain ? resolvePlain(value).value : value;
  if (short === '!' || short === '!!str') return value;
  if (short === '!!binary') {
    try {
      return atob(value.replace(/\s/g, ''));
    } catch {
      throw new YamlError('!!binary value contains invalid base64 data');
    }
  }
  const resolved = resolvePlain(value);
  if (short === '!!float' && resolved.kind === 'int') return resolved.value;
  if (['!!bool', '!!int', '!!float', '!!null', '!!timestamp'].includes(short)) {
    if (`!!${resolved.kind === 'string' ? 'str' : resolved.kind}` !== short)
      throw new YamlError(
        `cannot decode !!${resolved.kind === 'string' ? 'str' : resolved.kind} \`${value}\` as a ${short}`,
      );
    return resolved.value;
  }
  return value;
}

function allowedAliasRatio(count: number): number {
  if (count <= 400_000) return 0.99;
  return count >= 4_000_000 ? 0.1 : 0.99 - 0.89 * ((count - 400_000) / 3_600_000);
}
