import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import type { ObjectRef } from '../../cluster/api/types.ts';
import '../theme/tokens.css';
import * as scenes from './fixtures/scenes.ts';
import { Stage } from './Stage.tsx';
import type { Scene } from '../../playground/scene.ts';

const query = new URLSearchParams(location.search);
document.documentElement.dataset.theme = query.get('theme') ?? 'dark';
document.documentElement.lang = query.get('lang') ?? 'en';

function Dev() {
  const [selected, setSelected] = useState<ObjectRef | undefined>();
  const scene = (scenes as unknown as Record<string, Scene>)[query.get('scene') ?? 'tutorial'] ?? scenes.tutorial;
  return (
    <div style={{ width: query.get('w') === null ? '100%' : `${query.get('w')}px`, height: query.get('h') === null ? '100%' : `${query.get('h')}px`, font: 'var(--w-regular) var(--fs-13)/var(--lh-ui) var(--font)' }}>
      <Stage scene={scene} locale={document.documentElement.lang} {...(selected === undefined ? {} : { selected })} onSelect={setSelected} />
    </div>
  );
}

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<Dev />);
