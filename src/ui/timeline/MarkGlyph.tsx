import type { TimelineMark } from '../../playground/protocol.ts';
import { GlyphIcon, PacketIcon, StateIcon } from '../graph/draw/glyphs.tsx';

/** What stands on the strip for one thing that happened. */
export function MarkGlyph({ glyph }: { readonly glyph: TimelineMark['glyph'] }) {
  switch (glyph) {
    case 'pods':
      return <GlyphIcon name="deployment" size={13} />;
    case 'service':
      return <GlyphIcon name="service" size={13} />;
    case 'node':
      return <GlyphIcon name="node" size={13} />;
    case 'endpoint':
      return (
        <svg className="ic" width={13} height={13} viewBox="0 0 16 16" aria-hidden="true">
          <path d="M1.8 8h4.4" />
          <circle cx="10" cy="8" r="3.8" />
          <circle cx="10" cy="8" r="1.2" className="f" />
        </svg>
      );
    case 'pending':
    case 'ready':
    case 'notready':
    case 'terminating':
    case 'failed':
      return <StateIcon state={glyph} size={12} />;
    default:
      return <PacketIcon hue={glyph} size={11} />;
  }
}
