/** One measured figure. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The target: no more than this. */
  readonly most?: number;
  /** The target: no less than this. */
  readonly least?: number;
}

/** Whether the figure meets its target; undefined where it has none. */
export function meets({ value, most, least }: Figure): boolean | undefined {
  if (most === undefined && least === undefined) return undefined;
  return (most === undefined || value <= most) && (least === undefined || value >= least);
}
