import { memo } from 'react';
import type { Caption, Picture, Room } from '../layout/picture.ts';
import { stateGlyph } from './glyphs.tsx';
import { Marks } from './marks.tsx';

/** Everything under the tiles: ground, wire, walls, doors, idle wires and tethers. */
export const Backdrop = memo(function Backdrop({ picture }: { readonly picture: Picture }) {
  const ground = picture.groundY;
  return (
    <>
      <defs>
        <pattern id="hs-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0 0V7" className="hs-hatch-line" />
        </pattern>
      </defs>
      {ground === undefined ? null : (
        <>
          <rect className="hs-ground" x={-4000} y={ground} width={picture.width + 8000} height={4000} />
          <path className="hs-groundline" d={`M-4000 ${ground}H${picture.width + 4000}`} />
        </>
      )}
      {(['hs-street', 'hs-street-inner'] as const).map((className) => (
        <path
          key={className}
          className={className}
          d={picture.streets
            .map((street) => `M${street.from.x} ${street.from.y}L${street.to.x} ${street.to.y}`)
            .join('')}
        />
      ))}
      {picture.divide === undefined ? null : (
        <path className="hs-divide" d={`M${picture.divide.x} ${picture.divide.from}V${picture.divide.to}`} />
      )}
      {picture.rooms.map((room) => (
        <RoomShape key={room.node} room={room} />
      ))}
      {picture.checks.map((check) => (
        <g key={check.node}>
          <path className={check.passing ? 'hs-check' : 'hs-check failing'} d={check.d} />
          <g
            className={`hs-state ${check.passing ? 'ready' : 'failed'}`}
            transform={`translate(${check.at.x} ${check.at.y}) scale(.7)`}
          >
            {stateGlyph(check.passing ? 'ready' : 'failed')}
          </g>
        </g>
      ))}
      {picture.promises.map((d) => (
        <path key={d} className="hs-tether" d={d} />
      ))}
    </>
  );
});

const RoomShape = memo(function RoomShape({ room }: { readonly room: Room }) {
  const { box, door, state } = room;
  const right = box.x + box.w;
  const bottom = box.y + box.h;
  const wall =
    door.side === 'bottom'
      ? `M${door.from} ${bottom}H${box.x}V${box.y}H${right}V${bottom}H${door.to}`
      : `M${box.x} ${door.from}V${box.y}H${right}V${bottom}H${box.x}V${door.to}`;
  const posts =
    door.side === 'bottom'
      ? `M${door.from} ${bottom - 5}v10M${door.to} ${bottom - 5}v10`
      : `M${box.x - 5} ${door.from}h10M${box.x - 5} ${door.to}h10`;
  const tether = room.tether;
  return (
    <g>
      <rect className={`hs-floor ${state}`} x={box.x} y={box.y} width={box.w} height={box.h} />
      {state === 'ready' ? null : (
        <rect className="hs-hatch" x={box.x} y={box.y} width={box.w} height={box.h} fill="url(#hs-hatch)" />
      )}
      <path className={`hs-wall ${state}${room.thin ? ' thin' : ''}`} d={wall} />
      <path className={`hs-wall${room.thin ? ' thin' : ''}`} d={posts} />
      {room.conduit === undefined ? null : (
        <>
          <path
            className="hs-street conduit"
            style={{ strokeWidth: 11 }}
            d={`M${room.conduit.from.x} ${room.conduit.from.y}H${room.conduit.to.x}`}
          />
          <path
            className="hs-street-inner"
            style={{ strokeWidth: 9, stroke: 'var(--surface)' }}
            d={`M${room.conduit.from.x} ${room.conduit.from.y}H${room.conduit.to.x}`}
          />
        </>
      )}
      <path className={`hs-wires ${state}`} d={room.wires} />
      {tether === undefined ? null : (
        <>
          <path
            className={`hs-tether${tether.dead ? ' dead' : ''}`}
            d={`M${tether.x} ${tether.from + 1}V${tether.to}`}
          />
          <circle
            className="hs-tie"
            cx={tether.x}
            cy={door.side === 'left' ? box.y : tether.from}
            r={door.side === 'left' ? 3 : 2.2}
          />
        </>
      )}
    </g>
  );
});

export const Captions = memo(function Captions({ captions }: { readonly captions: readonly Caption[] }) {
  return captions.map((caption) => (
    <g key={caption.id} data-caption={caption.id}>
      <Marks marks={[caption.mark]} />
    </g>
  ));
});
