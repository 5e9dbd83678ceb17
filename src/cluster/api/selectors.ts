import { errors } from './errors.ts';
import { rules } from './metadata.ts';
import type { LabelSelector } from './types.ts';

type Labels = Readonly<Record<string, string>> | undefined;

interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';
  readonly values: readonly string[];
}

/** A parsed label selector. An empty one selects everything. */
export interface Selector {
  matches(labels: Labels): boolean;
  readonly requirements: readonly Requirement[];
}

/**
 * Parses `a=b,c!=d,e in (f,g),h,!i` as labels.Parse does. @throws ApiError BadRequest with the server's words
 */
export function parseLabelSelector(text: string): Selector {
  return selector(new Parser(text).requirements());
}

/** The selector of an object's `spec.selector` (metav1.LabelSelectorAsSelector). A missing one selects nothing. */
export function labelSelector(spec: LabelSelector | undefined): Selector {
  if (spec === undefined) return { matches: () => false, requirements: [] };
  const requirements: Requirement[] = Object.entries(spec.matchLabels ?? {}).map(([key, value]) => ({
    key,
    operator: 'in',
    values: [value],
  }));
  for (const { key, operator, values } of spec.matchExpressions ?? []) {
    const known = operator === 'In' ? 'in' : operator === 'NotIn' ? 'notin' : operator === 'Exists' ? 'exists' : '!';
    requirements.push({ key, operator: known, values: values ?? [] });
  }
  return selector(requirements);
}

/** A map selector as Services have it. An empty or missing one selects nothing. */
export function mapSelector(spec: Labels): Selector {
  const entries = Object.entries(spec ?? {});
  if (entries.length === 0) return { matches: () => false, requirements: [] };
  return selector(entries.map(([key, value]) => ({ key, operator: 'in' as const, values: [value] })));
}

/** `a=b,c=d`, sorted by key: how selectors are printed. */
export function formatLabels(labels: Labels): string {
  return Object.keys(labels ?? {})
    .sort()
    .map((key) => `${key}=${labels?.[key] ?? ''}`)
    .join(',');
}

function selector(requirements: readonly Requirement[]): Selector {
  return { requirements, matches: (labels) => requirements.every((requirement) => satisfied(requirement, labels)) };
}

function satisfied({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = labels?.[key];
  switch (operator) {
    case 'in':
      return value !== undefined && values.includes(value);
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'gt':
      return isInteger(value) && Number(value) > Number(values[0]);
    case 'lt':
      return isInteger(value) && Number(value) < Number(values[0]);
  }
}

function isInteger(text: string | undefined): text is string {
  return text !== undefined && /^[+-]?\d+$/.test(text);
}

const SYMBOLS = new Set(['==', '=', '!=', '!', '(', ')', ',', '>', '<']);
const OPERATORS = 'in, notin, =, ==, !=, gt, lt';

type Token = { readonly is: 'symbol' | 'identifier' | 'end'; readonly text: string };

/** The tokens of a selector, the end among them. */
function tokens(text: string): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const char = text.charAt(at);
    if (/\s/.test(char)) {
      at++;
      continue;
    }
    const pair = text.slice(at, at + 2);
    const symbol = SYMBOLS.has(pair) ? pair : SYMBOLS.has(char) ? char : undefined;
    const word = symbol ?? /^[^\s=!(),<>]+/.exec(text.slice(at))?.[0] ?? char;
    found.push({ is: symbol === undefined ? 'identifier' : 'symbol', text: word });
    at += word.length;
  }
  found.push({ is: 'end', text: '' });
  return found;
}

/** labels.Parser: recursive descent, with its words for what it did not expect. */
class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(text: string) {
    this.tokens = tokens(text);
  }

  requirements(): Requirement[] {
    const found: Requirement[] = [];
    for (;;) {
      const first = this.peek();
      if (first.is === 'end') break;
      if (first.is !== 'identifier' && first.text !== '!')
        throw errors.badRequest(`found '${first.text}', expected: !, identifier, or 'end of string'`);
      found.push(this.requirement());
      const next = this.take();
      if (next.is === 'end') break;
      if (next.text !== ',') throw errors.badRequest(`found '${next.text}', expected: ',' or 'end of string'`);
      const after = this.peek();
      if (after.is !== 'identifier' && after.text !== '!')
        throw errors.badRequest(`found '${after.text}', expected: identifier after ','`);
    }
    return found.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  }

  private requirement(): Requirement {
    let token = this.take();
    const absent = token.text === '!' && token.is === 'symbol';
    if (absent) token = this.take();
    if (token.is !== 'identifier') throw fail(`found '${token.text}', expected: identifier`);
    const key = token.text;
    const problems = rules.qualifiedName(key);
    if (problems.length > 0) throw fail(`<nil>: Invalid value: ${JSON.stringify(key)}: ${problems.join('; ')}`);
    if (absent) return { key, operator: '!', values: [] };
    const next = this.peek();
    if (next.is === 'end' || next.text === ',') return { key, operator: 'exists', values: [] };
    const operator = this.take().text;
    switch (operator) {
      case '=':
      case '==':
        return checked(key, 'in', this.exactValue());
      case '!=':
        return checked(key, 'notin', this.exactValue());
      case 'in':
      case 'notin':
        return checked(key, operator, this.values());
      case '>':
      case '<':
        return checked(key, operator === '>' ? 'gt' : 'lt', this.exactValue());
      default:
        throw fail(`found '${operator}', expected: ${OPERATORS}`);
    }
  }

  private exactValue(): string[] {
    const token = this.peek();
    if (token.is === 'end' || token.text === ',') return [''];
    this.take();
    if (token.is !== 'identifier') throw fail(`found '${token.text}', expected: identifier`);
    return [token.text];
  }

  private values(): string[] {
    const open = this.take();
    if (open.text !== '(') throw fail(`found '${open.text}' expected: '('`);
    const first = this.peek();
    if (first.text === ')') {
      this.take();
      return [''];
    }
    if (first.is !== 'identifier' && first.text !== ',')
      throw fail(`found '${first.text}', expected: ',', ')' or identifier`);
    const values = this.identifiers();
    if (this.take().text !== ')') throw fail(`found '${first.text}', expected: ')'`);
    return [...new Set(values)].sort();
  }

  private identifiers(): string[] {
    const values: string[] = [];
    for (;;) {
      const token = this.take();
      if (token.is === 'identifier') {
        values.push(token.text);
        const next = this.peek();
        if (next.text === ')') return values;
        if (next.text !== ',') throw fail(`found '${next.text}', expected: ',' or ')'`);
      } else if (token.text === ',') {
        if (values.length === 0) values.push('');
        const next = this.peek();
        if (next.text === ')') return [...values, ''];
        if (next.text === ',') {
          this.take();
          values.push('');
        }
      } else throw fail(`found '${token.text}', expected: ',', or identifier`);
    }
  }

  private peek(): Token {
    return this.tokens[this.at] ?? { is: 'end', text: '' };
  }

  private take(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }
}

/** NewRequirement: what is wrong with the values. */
function checked(key: string, operator: Requirement['operator'], values: readonly string[]): Requirement {
  const problems: string[] = [];
  for (const [index, value] of values.entries())
    if ((operator === 'gt' || operator === 'lt') && !isInteger(value))
      problems.push(
        `values[${index}]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`,
      );
  for (const [index, value] of values.entries()) {
    const wrong = rules.labelValue(value);
    if (wrong.length > 0)
      problems.push(`values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${wrong.join('; ')}`);
  }
  if (problems.length === 1) throw fail(problems[0] ?? '');
  if (problems.length > 1) throw fail(`[${problems.join(', ')}]`);
  return { key, operator, values };
}

function fail(why: string) {
  return errors.badRequest(`unable to parse requirement: ${why}`);
}

/** One term of a field selector. */
export interface FieldTerm {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

/** Parses `spec.nodeName=n1,status.phase!=Running` as fields.ParseSelector does. @throws ApiError BadRequest */
export function parseFieldSelector(text: string): FieldTerm[] {
  const terms: FieldTerm[] = [];
  for (const term of splitTerms(text).sort()) {
    if (term === '') continue;
    const match = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
    if (match === null) throw errors.badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
    terms.push({ field: match[1] ?? '', equal: match[2] !== '!=', value: unescaped(match[3] ?? '') });
  }
  return terms;
}

/** The parts between commas that no backslash protects. */
function splitTerms(text: string): string[] {
  return text.match(/(?:\\.|[^,\\]|\\$)+/gs) ?? [];
}

function unescaped(value: string): string {
  let out = '';
  for (let at = 0; at < value.length; at++) {
    const char = value.charAt(at);
    if (char === '\\') {
      const next = value.charAt(++at);
      if (next === '' || !'\\,='.includes(next))
        throw errors.badRequest(`invalid field selector: invalid escape sequence: \\${next}`);
      out += next;
    } else if (char === '=' || char === ',')
      throw errors.badRequest(`invalid field selector: unescaped character in value: ${char.charCodeAt(0)}`);
    else out += char;
  }
  return out;
}
