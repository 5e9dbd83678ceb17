import { memo } from 'react';
import { PacketIcon } from './draw/glyphs.tsx';
import type { GraphWords } from './words.ts';

/** What the packets' colours and shapes mean. After a failure it says instead where it happened. */
export const Legend = memo(function Legend({
  words,
  failure,
}: {
  readonly words: GraphWords;
  readonly failure: string | undefined;
}) {
  if (failure !== undefined) {
    return (
      <ul className="hs-legend">
        <li className="bad">
          <PacketIcon hue="drop" />
          {failure}
        </li>
      </ul>
    );
  }
  const { legend } = words;
  return (
    <ul className="hs-legend">
      <li>
        <PacketIcon hue="http" />
        {legend.http}
      </li>
      <li>
        <PacketIcon hue="dns" />
        {legend.dns}
      </li>
      <li>
        <PacketIcon hue="tls" />
        {legend.tls}
      </li>
      <li>
        <PacketIcon hue="reply" />
        {legend.reply}
      </li>
      <li>
        <PacketIcon hue="drop" />
        {legend.dropped}
      </li>
    </ul>
  );
});
