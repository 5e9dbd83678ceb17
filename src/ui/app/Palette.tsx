import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { catalogue } from '../../lessons/catalogue.ts';
import { LANGUAGES } from '../../lessons/format.ts';
import { GlyphIcon } from '../graph/draw/glyphs.tsx';
import { Icon } from '../icons/Icon.tsx';
import { glyphOf } from '../inspector/InspectorPane.tsx';
import { LANGUAGE_NAMES, useLanguage, useMessages } from '../messages/messages.ts';
import { focusPlace, openOverlay, useView } from './keys.ts';
import { ModalDialog } from './ModalDialog.tsx';
import { currentSession } from './openSession.ts';
import { filterEntries, type PaletteEntry } from './paletteEntries.ts';
import { setLanguage, setTheme, usePreferences } from './preferences.ts';
import { go, lessonAddress } from './routes.ts';
import type { Speed } from './session.ts';
import { useSession } from './store.ts';
import { shareNow } from './Workspace.tsx';

const COMMANDS = [
  'kubectl get pods -o wide',
  'kubectl get svc',
  'kubectl get endpointslices',
  'kubectl get nodes -o wide',
  'kubectl get events',
  'kubectl get all',
];

/** Search for an object, a lesson, or something to do; or run a command line. */
export default function Palette() {
  const { palette } = useMessages();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const entries = useEntries(query);
  const found = useMemo(() => filterEntries(entries, query), [entries, query]);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    list.current?.querySelector(`[data-index="${at}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const choose = (entry: PaletteEntry | undefined) => {
    if (entry === undefined) return;
    openOverlay(undefined);
    entry.run();
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt((now) => (found.length === 0 ? 0 : (now + 1) % found.length));
    else if (event.key === 'ArrowUp')
      setAt((now) => (found.length === 0 ? 0 : (now - 1 + found.length) % found.length));
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing) choose(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <ModalDialog className="palette" label={palette.title} onClose={() => openOverlay(undefined)}>
      <div className="palette-field">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={found[at] === undefined ? undefined : `${id}-${at}`}
          aria-label={palette.title}
          placeholder={palette.placeholder}
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          onKeyDown={keys}
        />
        <kbd>Esc</kbd>
      </div>
      <div className="palette-list scroll" role="listbox" id={`${id}-list`} aria-label={palette.title} ref={list}>
        {found.map((entry, index) => (
          <button
            type="button"
            tabIndex={-1}
            key={entry.id}
            id={`${id}-${index}`}
            data-index={index}
            role="option"
            aria-selected={index === at}
            className={entry.group === found[index - 1]?.group ? '' : 'first'}
            data-group={entry.group}
            onPointerMove={() => setAt(index)}
            onClick={() => choose(entry)}
          >
            {entry.icon}
            <span className={entry.machine === true ? 'm' : ''}>{entry.label}</span>
            {entry.detail === undefined ? null : <small>{entry.detail}</small>}
          </button>
        ))}
        {found.length === 0 ? <p className="palette-none">{palette.nothing}</p> : null}
      </div>
      <p className="sr" role="status">
        {palette.results(found.length)}
      </p>
    </ModalDialog>
  );
}

function useEntries(query: string): readonly PaletteEntry[] {
  const messages = useMessages();
  const language = useLanguage();
  const scene = useSession((state) => state.scene);
  const theme = usePreferences((state) => state.theme);
  return useMemo(() => {
    const { palette, app, home, time, share, shortcuts } = messages;
    const session = currentSession();
    const entries: PaletteEntry[] = [];
    if (session !== undefined && scene !== undefined) {
      const objects = [
        ...scene.services.map(({ ref, clusterIP, system }) => ({ ref, detail: clusterIP, system })),
        ...scene.pods.map(({ ref, ip, system }) => ({ ref, detail: ip, system })),
        ...scene.nodes.map(({ ref, internalIP }) => ({ ref, detail: internalIP, system: false })),
      ];
      for (const { ref, detail, system } of objects) {
        entries.push({
          id: `${ref.kind}/${ref.namespace ?? ''}/${ref.name}`,
          group: palette.objects,
          label: ref.name,
          detail: [ref.kind, detail].filter((part) => part !== undefined).join('  '),
          search: `${ref.name} ${ref.kind} ${detail ?? ''}`,
          machine: true,
          late: system,
          icon: <GlyphIcon name={glyphOf(ref.kind)} size={15} />,
          run: () => {
            session.select(ref);
            useView.setState({ tab: 'inspect' });
          },
        });
      }
    }
    if (session !== undefined) {
      const typed = query.trim();
      const commands =
        /^\S+\s+\S/.test(typed) || /^(kubectl|curl|ssh|ping)\b/.test(typed) ? [typed, ...COMMANDS] : COMMANDS;
      for (const command of new Set(commands)) {
        entries.push({
          id: `run ${command}`,
          group: palette.commands,
          label: command,
          search: command,
          machine: true,
          icon: <Icon name="shell" size={15} />,
          run: () => {
            session.run(command).then(
              () => focusPlace('terminal'),
              () => {},
            );
          },
        });
      }
    }
    for (const [index, lesson] of catalogue().entries()) {
      entries.push({
        id: lesson.slug,
        group: palette.lessons,
        label: `${index + 1}. ${lesson.titles[language]}`,
        detail: home.minutes(lesson.minutes),
        search: `${lesson.titles[language]} ${lesson.summaries[language]} ${lesson.slug}`,
        icon: <Icon name="book" size={15} />,
        run: () => go(lessonAddress(lesson.slug)),
      });
    }
    const action = (id: string, label: string, run: () => void, keys?: string): void => {
      entries.push({
        id,
        group: palette.actions,
        label,
        search: label,
        detail: keys,
        icon: <Icon name="arrow" size={15} />,
        run,
      });
    };
    if (session !== undefined) {
      action('to terminal', palette.focusTerminal, () => focusPlace('terminal'), 'Alt 3');
      action('to editor', palette.focusEditor, () => focusPlace('editor'), 'Alt 4');
      action('to graph', palette.focusGraph, () => focusPlace('graph'), 'Alt 2');
      action('share', share.button, () => shareNow(session, share));
      action('follow', palette.follow, () => session.setSpeed('follow'));
      for (const speed of ['1', '10', '100'] as const satisfies readonly Speed[])
        action(`speed ${speed}`, palette.speedTo(time.times(Number(speed))), () => session.setSpeed(speed));
    }
    action('home', app.home, () => go('#/'));
    action('play', home.play, () => go('#/play'));
    action('theme', theme === 'dark' ? app.toLight : app.toDark, () => setTheme(theme === 'dark' ? 'light' : 'dark'));
    for (const each of LANGUAGES)
      if (each !== language) action(each, LANGUAGE_NAMES[each].name, () => setLanguage(each));
    action('keys', shortcuts.title, () => openOverlay('shortcuts'), '?');
    return entries;
  }, [messages, language, scene, theme, query]);
}
