import type { JSX } from 'react';

/** Line drawings of controls, on a 16 by 16 grid. What stands in the cluster has its glyphs in the graph's folder. */
const ICONS = {
  search: (
    <>
      <circle cx="7" cy="7" r="4.2" />
      <path d="m10.2 10.2 3.4 3.4" />
    </>
  ),
  again: <path d="M3 8a5 5 0 1 0 1.6-3.7M3 2.6v2.9h2.9" />,
  language: (
    <path d="M1.8 4h7M5.3 2.4V4M7.4 4c-.6 2.6-2.4 4.6-5 5.6M3.4 6c.8 1.5 2 2.6 3.6 3.3M7.6 13.8l3-7 3 7M8.6 11.6h4" />
  ),
  sun: (
    <>
      <circle cx="8" cy="8" r="2.8" />
      <path d="M8 1.6v1.6M8 12.8v1.6M1.6 8h1.6M12.8 8h1.6M3.5 3.5l1.1 1.1M11.4 11.4l1.1 1.1M12.5 3.5l-1.1 1.1M4.6 11.4l-1.1 1.1" />
    </>
  ),
  moon: <path d="M13 9.4A5.4 5.4 0 0 1 6.6 3a5.4 5.4 0 1 0 6.4 6.4z" />,
  check: <path d="m3.4 8.4 3 3 6.2-6.6" />,
  left: <path d="M10 3.6 5.6 8l4.4 4.4" />,
  right: <path d="M6 3.6 10.4 8 6 12.4" />,
  down: <path d="M4 6.2 8 10l4-3.8" />,
  close: <path d="m4 4 8 8m0-8-8 8" />,
  plus: <path d="M8 3.2v9.6M3.2 8h9.6" />,
  copy: (
    <>
      <rect x="5.4" y="5.4" width="8" height="8" rx="1.6" />
      <path d="M10.6 5.4V4.2a1.6 1.6 0 0 0-1.6-1.6H4.2a1.6 1.6 0 0 0-1.6 1.6V9a1.6 1.6 0 0 0 1.6 1.6h1.2" />
    </>
  ),
  link: (
    <path d="M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.3 9a2.6 2.6 0 0 0 3.7 3.7l.9-.9" />
  ),
  bulb: <path d="M5.6 10.4a4.2 4.2 0 1 1 4.8 0v1.4H5.6zM6.4 13.8h3.2" />,
  shell: <path d="M2.8 4.4 6.2 8l-3.4 3.6M8.2 11.6h5" />,
  file: (
    <>
      <path d="M3.6 2h5.6l3.2 3.2V14H3.6z" />
      <path d="M9 2v3.4h3.4" />
    </>
  ),
  book: (
    <path d="M8 4.2C6.6 3 4.6 2.8 2.4 3v9.4c2.2-.2 4.2 0 5.6 1.2 1.4-1.2 3.4-1.4 5.6-1.2V3c-2.2-.2-4.2 0-5.6 1.2zM8 4.2v9.4" />
  ),
  lines: <path d="M2.6 4h10.8M2.6 8h10.8M2.6 12h6.4" />,
  eye: (
    <>
      <path d="M1.6 8S4 3.8 8 3.8 14.4 8 14.4 8 12 12.2 8 12.2 1.6 8 1.6 8z" />
      <circle cx="8" cy="8" r="1.9" />
    </>
  ),
  play: <path d="M5 3.2v9.6L12.6 8z" className="f" />,
  pause: (
    <>
      <rect x="4.2" y="3.4" width="2.8" height="9.2" rx=".8" className="f" />
      <rect x="9" y="3.4" width="2.8" height="9.2" rx=".8" className="f" />
    </>
  ),
  stepBack: (
    <>
      <path d="M12 3.6v8.8L5.8 8z" className="f" />
      <path d="M3.8 3.6v8.8" />
    </>
  ),
  stepOn: (
    <>
      <path d="M4 3.6v8.8L10.2 8z" className="f" />
      <path d="M12.2 3.6v8.8" />
    </>
  ),
  rewind: <path d="M8 3.8v8.4L2.2 8zM13.8 3.8v8.4L8 8z" className="f" />,
  trash: <path d="M3 4.4h10M6.4 4.2V2.6h3.2v1.6M4.4 4.4l.6 9h6l.6-9M6.8 6.8v4M9.2 6.8v4" />,
  power: <path d="M8 2.2v5.2M4.9 4.2a5 5 0 1 0 6.2 0" />,
  keyboard: (
    <>
      <rect x="1.6" y="4" width="12.8" height="8" rx="1.6" />
      <path d="M4.2 6.6h.01M6.8 6.6h.01M9.4 6.6h.01M11.9 6.6h.01M5 9.6h6" />
    </>
  ),
  warn: <path d="M8 2.4 14.4 13.4H1.6zM8 6.4v3.4M8 11.6h.01" />,
  arrow: <path d="M3 8h9.6M9 4.4 12.6 8 9 11.6" />,
  more: (
    <>
      <circle cx="3.4" cy="8" r="1.1" className="f" />
      <circle cx="8" cy="8" r="1.1" className="f" />
      <circle cx="12.6" cy="8" r="1.1" className="f" />
    </>
  ),
} satisfies Readonly<Record<string, JSX.Element>>;

export type IconName = keyof typeof ICONS;

/** An icon without a name of its own: the control around it must say what it does. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg className="ic" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      {ICONS[name]}
    </svg>
  );
}
