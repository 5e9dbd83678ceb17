import { errors } from './errors.ts';
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
  return selector(new Lexer(text).requirements());
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
      return value !== undefined && Number(value) > Number(values[0]);
    case 'lt':
      return value !== undefined && Number(value) < Number(values[0]);
  }
}

const LABEL_KEY = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

class Lexer {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  requirements(): Requirement[] {
    const found: Requirement[] = [];
    if (this.text.trim() === '') return found;
    for (;;) {
      found.push(this.requirement());
      const token = this.next();
      if (token === '') return found.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
      if (token !== ',') throw this.fail(`found '${token}', expected: ',' or 'end of string'`);
      if (this.peek() === '') throw this.fail(`found '', expected: identifier after ','`);
    }
  }

  private requirement(): Requirement {
    let token = this.next();
    if (token === '!') {
      const key = this.key(this.next());
      return { key, operator: '!', values: [] };
    }
    const key = this.key(token);
    token = this.peek();
    if (token === '' || token === ',') return { key, operator: 'exists', values: [] };
    this.next();
    switch (token) {
      case '=':
      case '==':
      case '!=': {
        const value = this.value();
        return { key, operator: token === '!=' ? 'notin' : 'in', values: [value] };
      }
      case 'in':
      case 'notin':
        return { key, operator: token, values: this.list() };
      case '>':
      case '<':
        return { key, operator: token === '>' ? 'gt' : 'lt', values: [this.value()] };
      default:
        throw this.fail(`found '${token}', expected: in, notin, =, ==, !=, gt, lt`);
    }
  }

  private list(): string[] {
    const open = this.next();
    if (open !== '(') throw this.fail(`found '${open}' expected: '('`);
    const values: string[] = [];
    for (;;) {
      const token = this.next();
      if (token === ')') return values;
      if (token === ',') continue;
      if (token === '') throw this.fail(`found '', expected: ',', ')' or identifier`);
      values.push(this.checked(token));
    }
  }

  private value(): string {
    const token = this.peek();
    if (token === '' || token === ',') return '';
    return this.checked(this.next());
  }

  private key(token: string): string {
    if (token === '' || !/^[^\s,=!()<>]+$/.test(token))
      throw this.fail(`found '${token}', expected: !, identifier, or 'end of string'`);
    if (!LABEL_KEY.test(token))
      throw errors.badRequest(
        `unable to parse requirement: <nil>: Invalid value: ${JSON.stringify(token)}: name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
      );
    return token;
  }

  private checked(value: string): string {
    if (!LABEL_VALUE.test(value))
      throw errors.badRequest(
        `unable to parse requirement: values[0][x]: Invalid value: ${JSON.stringify(value)}: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
      );
    return value;
  }

  private peek(): string {
    const { at } = this;
    const token = this.next();
    this.at = at;
    return token;
  }

  private next(): string {
    const match = /\s*(==|!=|[=!(),<>]|[^\s=!(),<>]+)/y;
    match.lastIndex = this.at;
    const found = match.exec(this.text);
    if (found === null) return '';
    this.at = match.lastIndex;
    return found[1] ?? '';
  }

  private fail(why: string) {
    return errors.badRequest(`unable to parse requirement: ${why}`);
  }
}

/** One term of a field selector. */
export interface FieldTerm {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

/** Parses `spec.nodeName=n1,status.phase!=Running` as fields.ParseSelector does. @throws ApiError BadRequest */
export function parseFieldSelector(text: string): FieldTerm[] {
  if (text.trim() === '') return [];
  return text.split(/(?<!\\),/).map((term) => {
    const match = /^(.*?)(==|!=|=)(.*)$/s.exec(term);
    if (match === null) throw errors.badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
    return { field: match[1] ?? '', equal: match[2] !== '!=', value: (match[3] ?? '').replace(/\\([,=\\])/g, '$1') };
  });
}
