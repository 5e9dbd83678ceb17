import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { Icon } from '../icons/Icon.tsx';

export interface TabItem {
  readonly id: string;
  readonly label: string;
  readonly icon?: ReactNode | undefined;
  /** Machine text. */
  readonly mono?: boolean;
  /** Shown after the label: a dot for changes. */
  readonly mark?: ReactNode | undefined;
  readonly close?: { readonly label: string; readonly run: () => void } | undefined;
}

interface TabListProps {
  readonly label: string;
  readonly tabs: readonly TabItem[];
  readonly selected: string | undefined;
  /** Id of the element that shows the chosen tab. */
  readonly controls: string;
  readonly onSelect: (id: string) => void;
}

/** A row of tabs. Arrow keys, Home and End move between them, Delete closes one. */
export function TabList({ label, tabs, selected, controls, onSelect }: TabListProps) {
  const keys = (event: KeyboardEvent<HTMLDivElement>) => {
    const index = tabs.findIndex((tab) => tab.id === selected);
    const to =
      event.key === 'ArrowRight'
        ? (index + 1) % tabs.length
        : event.key === 'ArrowLeft'
          ? (index - 1 + tabs.length) % tabs.length
          : event.key === 'Home'
            ? 0
            : event.key === 'End'
              ? tabs.length - 1
              : undefined;
    if (event.key === 'Delete') tabs[index]?.close?.run();
    const tab = to === undefined ? undefined : tabs[to];
    if (tab === undefined) return;
    event.preventDefault();
    onSelect(tab.id);
    event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')[to ?? 0]?.focus();
  };
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const tab = selected === undefined ? null : row.current?.querySelector<HTMLElement>('.tab-wrap.on');
    const around = row.current;
    if (around === null || tab === null || tab === undefined) return;
    if (tab.offsetLeft < around.scrollLeft) around.scrollLeft = tab.offsetLeft;
    else if (tab.offsetLeft + tab.offsetWidth > around.scrollLeft + around.clientWidth)
      around.scrollLeft = tab.offsetLeft + tab.offsetWidth - around.clientWidth;
  }, [selected]);
  return (
    <div className="tabs" ref={row} role="tablist" aria-label={label} onKeyDown={keys}>
      {tabs.map((tab) => {
        const on = tab.id === selected;
        return (
          <span
            key={tab.id}
            role="presentation"
            className={`tab-wrap${on ? ' on' : ''}${tab.close === undefined ? '' : ' closable'}`}
          >
            <button
              type="button"
              role="tab"
              className="tab"
              aria-selected={on}
              aria-controls={controls}
              aria-keyshortcuts={tab.close === undefined ? undefined : 'Delete'}
              tabIndex={on || (selected === undefined && tab === tabs[0]) ? 0 : -1}
              onClick={() => onSelect(tab.id)}
            >
              {tab.icon}
              <span className={tab.mono === true ? 'm' : undefined}>{tab.label}</span>
              {tab.mark}
            </button>
            {tab.close === undefined ? null : (
              <button
                type="button"
                className="tab-close"
                // A tab list may hold tabs only: by keyboard and screen reader the tab itself is closed, with Delete.
                tabIndex={-1}
                aria-hidden="true"
                title={tab.close.label}
                onClick={tab.close.run}
              >
                <Icon name="close" size={11} />
              </button>
            )}
          </span>
        );
      })}
    </div>
  );
}
