import { memo, type Ref } from 'react';
import type { Box, Hue, Point } from '../layout/picture.ts';
import type { Measure } from '../layout/text.ts';
import type { Badge } from '../path/badges.ts';
import type { Flag } from '../path/flags.ts';

const LINE = 16;
const PAD = 8.5;
const SIZE = 11;
const ARROW = 22;

/** Size of a flag on the graph. */
export function flagSize(flag: Flag, measure: Measure, scale = 1): { readonly w: number; readonly h: number } {
  const { w, h } = innerSize(flag, measure);
  return { w: Math.ceil(w * scale), h: Math.ceil(h * scale) };
}

function innerSize(flag: Flag, measure: Measure): { readonly w: number; readonly h: number } {
  const widths = flag.lines.map((line) => lineWidth(line, measure));
  if (flag.inline) {
    const label = SIZE * 0.6 * 4;
    const arrow = flag.lines.length > 1 ? ARROW - label : 0;
    return { w: Math.ceil(widths.reduce((sum, width) => sum + width, 0) + arrow + PAD * 2), h: 26 };
  }
  return { w: Math.ceil(Math.max(...widths, 20) + PAD * 2), h: flag.lines.length * LINE + 8 };
}

function lineWidth(line: Flag['lines'][number], measure: Measure): number {
  return measure(`${line.label} ${line.value}`, SIZE, 'mono', line.changed);
}

export const FlagView = memo(function FlagView(props: {
  readonly flag: Flag;
  readonly hue: Hue;
  readonly measure: Measure;
  /** Where it stands; flags that travel are moved by the frame loop instead. */
  readonly box?: Box;
  readonly room?: string;
  readonly scale: number;
  readonly element?: Ref<SVGGElement>;
}) {
  const { flag, hue, measure, box, element, room, scale } = props;
  const { w, h } = innerSize(flag, measure);
  const x = box === undefined ? 0 : Math.round(box.x) + 0.5;
  const y = box === undefined ? 0 : Math.round(box.y) + 0.5;
  return (
    <g
      ref={element}
      className={`hs-flag hue-${hue}${flag.hot ? ' hot' : ''}`}
      transform={`translate(${x} ${y}) scale(${scale})`}
      data-room={room}
      data-flag={flag.id}
    >
      <rect width={w} height={h} rx={4} />
      {flag.inline ? <InlineLine flag={flag} /> : null}
      {flag.inline
        ? null
        : flag.lines.map((line, index) => {
            const baseline = 17 + index * LINE - 0.5;
            const start = PAD + SIZE * 0.6 * (line.label.length + 1);
            return (
              <g key={`${line.label} ${line.value}`}>
                {line.rule ? <path className="hs-groundline" d={`M${PAD} ${baseline - 12.5}H${w - PAD}`} /> : null}
                <text className="tm ink-faint" x={PAD} y={baseline} fontSize={SIZE}>
                  {line.label}
                </text>
                <text
                  className={`tm ${line.old ? 'ink-faint struck' : line.changed ? 'ink-hot b' : 'ink-normal'}`}
                  x={start}
                  y={baseline}
                  fontSize={SIZE}
                >
                  {line.value}
                </text>
              </g>
            );
          })}
      {element === undefined ? null : <path className="tip" d={`M${w / 2 - 5} 0.5l5-6 5 6`} />}
    </g>
  );
});

/** `dst 10.0.162.149:80 → 10.244.2.5:80` in one line. */
function InlineLine({ flag }: { readonly flag: Flag }) {
  const [first, second] = flag.lines;
  if (first === undefined) return null;
  const start = PAD + SIZE * 0.6 * (first.label.length + 1);
  const next = start + SIZE * 0.6 * first.value.length + 5;
  return (
    <g>
      <text className="tm ink-faint" x={PAD} y={17} fontSize={SIZE}>
        {first.label}
      </text>
      <text
        className={`tm ${first.old ? 'ink-faint struck' : first.changed ? 'ink-hot b' : 'ink-normal'}`}
        x={start}
        y={17}
        fontSize={SIZE}
      >
        {first.value}
      </text>
      {second === undefined ? null : (
        <>
          <path className="arrow" d={`M${next} 13h10m-3.6-3.4 3.6 3.4-3.6 3.4`} />
          <text className="tm ink-hot b" x={next + 15} y={17} fontSize={SIZE}>
            {second.value}
          </text>
        </>
      )}
    </g>
  );
}

export const BadgeView = memo(function BadgeView({ badge, label }: { readonly badge: Badge; readonly label: number }) {
  return (
    <g className={`hs-badge ${badge.state}`} transform={`translate(${badge.at.x} ${badge.at.y})`}>
      <rect width="16" height="16" rx="3.5" />
      <text x="8" y="12" textAnchor="middle" fontSize="10.5">
        {label}
      </text>
    </g>
  );
});

/** The cross on what said no, or at the place where the packet was lost. */
export const DropCross = memo(function DropCross({ at }: { readonly at: Point }) {
  return (
    <g className="hs-drop" transform={`translate(${at.x} ${at.y})`}>
      <circle r="12.5" />
      <path d="m-4.4-4.4 8.8 8.8m0-8.8-8.8 8.8" />
    </g>
  );
});

/** Four corners round what is selected. */
export const Brackets = memo(function Brackets({ box }: { readonly box: Box }) {
  const x0 = box.x - 4.5;
  const y0 = box.y - 4.5;
  const x1 = box.x + box.w + 4.5;
  const y1 = box.y + box.h + 4.5;
  const arm = Math.min(9, box.w / 3, box.h / 3);
  return (
    <path
      className="hs-brackets"
      d={`M${x0} ${y0 + arm}V${y0}H${x0 + arm}M${x1 - arm} ${y0}H${x1}V${y0 + arm}M${x1} ${y1 - arm}V${y1}H${x1 - arm}M${x0 + arm} ${y1}H${x0}V${y1 - arm}`}
    />
  );
});

/** Ring round the tile that has the keyboard's focus. */
export const FocusRing = memo(function FocusRing({ box, radius }: { readonly box: Box; readonly radius: number }) {
  return <rect className="hs-ring" x={box.x - 3} y={box.y - 3} width={box.w + 6} height={box.h + 6} rx={radius + 3} />;
});
