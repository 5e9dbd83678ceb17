import type { JSX, SVGProps } from 'react';
import type { GlyphName, Hue, StateGlyph } from '../layout/picture.ts';

/** Line drawings on a 16 by 16 grid, one for each kind of thing. */
const GLYPHS: Readonly<Record<GlyphName, JSX.Element>> = {
  pod: (
    <>
      <rect x="1.8" y="4.6" width="12.4" height="6.8" rx="3.4" />
      <circle cx="5.6" cy="8" r="1" className="f" />
      <circle cx="10.4" cy="8" r="1" className="f" />
    </>
  ),
  service: (
    <>
      <rect x="2" y="2.5" width="12" height="11" rx="2.5" strokeDasharray="2.4 1.9" />
      <path d="M4.6 8h2.6M7.2 8l3.4-2.5M7.2 8l3.4 2.5" />
    </>
  ),
  dns: (
    <>
      <path d="M1.9 4.2h7.8L14 8l-4.3 3.8H1.9z" />
      <circle cx="5" cy="8" r="1.1" className="f" />
    </>
  ),
  node: <path d="M6 13.6H2.4V2.4h11.2v11.2H10M10 13.6 6.6 10.9" />,
  rules: <path d="M8 14.2V1.8M8 3.2h4.2l1.6 1.7-1.6 1.7H8M8 8.2H4.2L2.6 9.9l1.6 1.7H8" />,
  shell: <path d="M2.8 4.4 6.2 8l-3.4 3.6M8.2 11.6h5" />,
  laptop: (
    <>
      <rect x="3.2" y="3" width="9.6" height="7.2" rx="1.2" />
      <path d="M1.4 12.8h13.2" />
    </>
  ),
  internet: (
    <>
      <circle cx="8" cy="8" r="5.8" />
      <ellipse cx="8" cy="8" rx="2.5" ry="5.8" />
      <path d="M2.2 8h11.6" />
    </>
  ),
  loadbalancer: (
    <>
      <circle cx="8" cy="3.1" r="1.5" />
      <path d="M8 4.6v8M3 12.6V8h10v4.6" />
      <circle cx="3" cy="13" r="1.1" className="f" />
      <circle cx="8" cy="13" r="1.1" className="f" />
      <circle cx="13" cy="13" r="1.1" className="f" />
    </>
  ),
  nodeport: (
    <>
      <path d="M2.4 13.4V7.6h2.4V5h2V2.8h2.4V5h2v2.6h2.4v5.8z" />
      <path d="M5.6 13.4v-2.6M8 13.4v-2.6M10.4 13.4v-2.6" />
    </>
  ),
  secret: (
    <>
      <circle cx="4.8" cy="8" r="2.8" />
      <path d="M7.6 8h6.6M11.2 8v2.6M13.6 8v2" />
    </>
  ),
  configmap: (
    <>
      <rect x="2.8" y="2" width="10.4" height="12" rx="1.6" />
      <path d="M5.4 5.4h1.2M8.6 5.4h2.2M5.4 8h1.2M8.6 8h2.2M5.4 10.6h1.2M8.6 10.6h2.2" />
    </>
  ),
  volume: (
    <>
      <ellipse cx="8" cy="3.8" rx="5" ry="1.9" />
      <path d="M3 3.8v8.4c0 1 2.2 1.9 5 1.9s5-.9 5-1.9V3.8" />
    </>
  ),
  container: (
    <>
      <rect x="1.8" y="3.4" width="12.4" height="9.2" rx="1.2" />
      <path d="M4.8 5.6v4.8M8 5.6v4.8M11.2 5.6v4.8" />
    </>
  ),
  deployment: (
    <>
      <rect x="1.6" y="2.6" width="8.8" height="4.6" rx="2.3" />
      <path d="M12.6 5.2a2.3 2.3 0 0 1 0 4.6M6.4 9.8h5.4M5.6 9.8a1.8 1.8 0 0 0 0 3.6h6.6a1.8 1.8 0 0 0 0-3.6" />
    </>
  ),
  cloud: <path d="M4.4 12.4a3 3 0 0 1-.3-6A4 4 0 0 1 11.8 6a3.2 3.2 0 0 1 .2 6.4z" />,
};

export function glyph(name: GlyphName): JSX.Element {
  return GLYPHS[name];
}

/** A glyph as an icon of its own, for buttons and lists. */
export function GlyphIcon({
  name,
  size = 16,
  ...rest
}: { readonly name: GlyphName; readonly size?: number } & SVGProps<SVGSVGElement>) {
  return (
    <svg className="hs-icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" {...rest}>
      {GLYPHS[name]}
    </svg>
  );
}

const STATES: Readonly<Record<StateGlyph, JSX.Element>> = {
  ready: (
    <>
      <circle r="6" className="sg-fill" />
      <path d="m-2.9.2 2 2 3.8-4.2" className="sg-mark" />
    </>
  ),
  pending: (
    <>
      <circle r="5.3" className="sg-line" strokeDasharray="1.6 2.05" strokeLinecap="round" />
      <circle r="1.4" className="sg-solid" />
    </>
  ),
  notready: (
    <>
      <circle r="5.3" className="sg-line" />
      <path d="M0-5.3a5.3 5.3 0 0 1 0 10.6z" className="sg-solid" />
    </>
  ),
  terminating: (
    <>
      <circle r="5.3" className="sg-line" />
      <path d="M-2.6 0h5.2" className="sg-line" />
    </>
  ),
  failed: (
    <>
      <path d="M-2.6-6h5.2L6-2.6v5.2L2.6 6h-5.2L-6 2.6v-5.2z" className="sg-fill" />
      <path d="m-2.3-2.3 4.6 4.6m0-4.6-4.6 4.6" className="sg-mark" />
    </>
  ),
  succeeded: (
    <>
      <circle r="5.3" className="sg-line" />
      <path d="m-2.9.2 2 2 3.8-4.2" className="sg-line" />
    </>
  ),
};

/** The state glyph, centred on the origin. */
export function stateGlyph(state: StateGlyph): JSX.Element {
  return STATES[state];
}

/** A state glyph as an icon of its own. */
export function StateIcon({ state, size = 14 }: { readonly state: StateGlyph; readonly size?: number }) {
  return (
    <svg className={`hs-state ${state}`} width={size} height={size} viewBox="-7 -7 14 14" aria-hidden="true">
      {STATES[state]}
    </svg>
  );
}

const PACKETS: Readonly<Record<Hue, JSX.Element>> = {
  http: <circle r="5" className="pk" />,
  dns: <path d="M0-6.2 6.2 0 0 6.2-6.2 0z" className="pk" />,
  tls: (
    <>
      <path d="M-2.9-5.4h5.8L6 0 2.9 5.4h-5.8L-6 0z" className="pk" />
      <circle r="1.9" className="pkhole" />
    </>
  ),
  reply: <circle r="4.3" className="pkring" />,
  drop: <path d="m-4.2-4.2 8.4 8.4m0-8.4-8.4 8.4" className="pkx" />,
};

/** A packet's shape as an icon: disc, diamond, hexagon, ring or cross. */
export function PacketIcon({ hue, size = 13 }: { readonly hue: Hue; readonly size?: number }) {
  return (
    <svg className={`hs-packet hue-${hue}`} width={size} height={size} viewBox="-8 -8 16 16" aria-hidden="true">
      {PACKETS[hue]}
    </svg>
  );
}
