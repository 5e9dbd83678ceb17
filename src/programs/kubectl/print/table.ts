import type { KubeObject } from '../../../cluster/api/types.ts';
import { humanDuration } from '../go/duration.ts';
import { formatValue } from '../go/value.ts';
import { escapeTerminal } from './escape.ts';
import type { TabWriter } from './tabwriter.ts';

/** `metav1.Table`: what the server answers when asked for columns. */
export interface Table {
  readonly kind: 'Table';
  readonly apiVersion?: string;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly columnDefinitions: readonly TableColumn[] | null;
  readonly rows: readonly TableRow[] | null;
}

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly priority?: number;
}

export interface TableRow {
  readonly cells: readonly unknown[];
  /** The object, or its metadata alone. */
  readonly object?: KubeObject;
}

export interface TableOptions {
  readonly noHeaders?: boolean;
  readonly wide?: boolean;
  readonly withNamespace?: boolean;
  /** Lower-case kind with its group (`deployment.apps`) before each name. */
  readonly kindPrefix?: string;
  readonly labelColumns?: readonly string[];
  readonly showLabels?: boolean;
}

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'Table';
}

const EVENT_TYPES: Readonly<Record<string, string>> = {
  ADDED: 'ADDED   ',
  MODIFIED: 'MODIFIED',
  DELETED: 'DELETED ',
  ERROR: 'ERROR   ',
};

/** Prints tables of one resource, one after the other (a watch sends many); headers come once. */
export class TablePrinter {
  private readonly options: TableOptions;
  private readonly now: () => number;
  private lastColumns: readonly TableColumn[] = [];
  private printedHeaders = false;
  private printedPlain = false;

  /** `now` is calendar time in ms, for objects that come without a table. */
  constructor(options: TableOptions, now: () => number) {
    this.options = options;
    this.now = now;
  }

  print(object: unknown, writer: TabWriter, eventType?: string): void {
    if (isTable(object)) this.printTable(object, writer, eventType);
    else this.printPlain(object as KubeObject, writer, eventType);
  }

  private printTable(table: Table, writer: TabWriter, eventType: string | undefined): void {
    const given = table.columnDefinitions ?? [];
    const rows = table.rows ?? [];
    let noHeaders = this.options.noHeaders === true;
    if (this.printedHeaders && (given.length === 0 || sameColumns(given, this.lastColumns))) noHeaders = true;
    if (given.length > 0 && !sameColumns(given, this.lastColumns)) {
      this.lastColumns = given;
      this.printedHeaders = false;
    }
    const columns = given.length === 0 ? this.lastColumns : given;
    if (rows.length > 0) this.printedHeaders = true;
    const { withNamespace, labelColumns = [], showLabels, kindPrefix, wide } = this.options;
    const shown = columns.flatMap(({ priority }, i) => (wide === true || (priority ?? 0) === 0 ? [i] : []));
    const nameColumn =
      kindPrefix === undefined
        ? -1
        : columns.findIndex((column) => column.format === 'name' && column.type === 'string');
    if (!noHeaders) {
      if (rows.length === 0) return;
      const headers = [
        ...(eventType === undefined ? [] : ['EVENT']),
        ...(withNamespace === true ? ['NAMESPACE'] : []),
        ...shown.map((i) => (columns[i]?.name ?? '').toUpperCase()),
        ...labelColumns.map((label) => label.slice(label.lastIndexOf('/') + 1).toUpperCase()),
        ...(showLabels === true ? ['LABELS'] : []),
      ];
      writer.write(`${headers.join('\t')}\n`);
    }
    for (const row of rows) {
      const meta = row.object?.metadata;
      const cells = [
        ...(eventType === undefined ? [] : [EVENT_TYPES[eventType] ?? eventType]),
        ...(withNamespace === true ? [cellText(meta?.namespace ?? '')] : []),
        ...shown
          .filter((i) => i < row.cells.length)
          .map((i) =>
            i === nameColumn ? cellText(`${kindPrefix}/${cellText(row.cells[i])}`) : cellText(row.cells[i]),
          ),
        ...labelColumns.map((label) => cellText(meta?.labels?.[label] ?? '')),
        ...(showLabels === true ? [cellText(formatLabels(meta?.labels))] : []),
      ];
      writer.write(`${cells.join('\t')}\n`);
    }
  }

  /** An object that came without columns: its name and age. */
  private printPlain(object: KubeObject, writer: TabWriter, eventType: string | undefined): void {
    const { withNamespace, labelColumns = [], showLabels, kindPrefix } = this.options;
    if (!this.printedPlain && this.options.noHeaders !== true) {
      const headers = [
        ...(eventType === undefined ? [] : ['EVENT']),
        ...(withNamespace === true ? ['NAMESPACE'] : []),
        'NAME',
        'AGE',
        ...labelColumns.map((label) => label.slice(label.lastIndexOf('/') + 1).toUpperCase()),
        ...(showLabels === true ? ['LABELS'] : []),
      ];
      writer.write(`${headers.join('\t')}\n`);
    }
    this.printedPlain = true;
    const items = Array.isArray(object['items']) ? (object['items'] as KubeObject[]) : [object];
    for (const { metadata } of items) {
      const cells = [
        ...(eventType === undefined ? [] : [EVENT_TYPES[eventType] ?? eventType]),
        ...(withNamespace === true ? [metadata?.namespace ?? ''] : []),
        `${kindPrefix === undefined ? '' : `${kindPrefix}/`}${metadata?.name ?? ''}`,
        age(metadata?.creationTimestamp, this.now()),
        ...labelColumns.map((label) => metadata?.labels?.[label] ?? ''),
        ...(showLabels === true ? [formatLabels(metadata?.labels)] : []),
      ];
      writer.write(`${cells.join('\t')}\n`);
    }
  }
}

/** `5m`, `<unknown>` without a time. */
export function age(timestamp: string | null | undefined, now: number): string {
  return timestamp === undefined || timestamp === null || timestamp === ''
    ? '<unknown>'
    : humanDuration(now - Date.parse(timestamp));
}

/** `a=1,b=2`, sorted by key; `<none>` without labels. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined | null): string {
  const entries = Object.entries(labels ?? {});
  if (entries.length === 0) return '<none>';
  return entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return escapeTerminal(formatValue(cell));
  const at = cell.search(/[\f\n\r]/);
  // A tab or vertical tab inside a value would end the cell: the real one lets it, so do we.
  return at < 0 ? escapeTerminal(cell) : `${escapeTerminal(cell.slice(0, at))}...`;
}

function sameColumns(a: readonly TableColumn[], b: readonly TableColumn[]): boolean {
  return a === b || (a.length === b.length && a.every((column, i) => JSON.stringify(column) === JSON.stringify(b[i])));
}
