import { useSyncExternalStore } from 'react';

/** Where in the page the learner is. Kept behind the `#`, so that any static host at any path will do. */
export type Route =
  | { readonly at: 'home' }
  | { readonly at: 'lesson'; readonly slug: string }
  | { readonly at: 'play' }
  /** Where lessons are written. */
  | { readonly at: 'studio' }
  /** A link that holds a cluster: what it holds is shown first. */
  | { readonly at: 'link'; readonly packed: string }
  /** A cluster that came by a link, opened: a lesson's, or free play. */
  | { readonly at: 'shared'; readonly slug: string | undefined }
  | { readonly at: 'nowhere'; readonly name: string };

/** Reads the part of an address behind `#`. */
export function parseRoute(hash: string): Route {
  const path = decode(hash.replace(/^#?\/?/, '').replace(/[?/]+$/, ''));
  if (path === '') return { at: 'home' };
  if (path === 'play') return { at: 'play' };
  if (path === 'studio') return { at: 'studio' };
  const packed = /^s\/([\w-]+)$/.exec(path)?.[1];
  if (packed !== undefined) return { at: 'link', packed };
  const shared = /^shared\/([^/]+)$/.exec(path)?.[1];
  if (shared !== undefined) return { at: 'shared', slug: shared === 'play' ? undefined : shared };
  const lesson = /^lesson\/([^/]+)$/.exec(path);
  return lesson?.[1] === undefined ? { at: 'nowhere', name: path } : { at: 'lesson', slug: lesson[1] };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function lessonAddress(slug: string): string {
  return `#/lesson/${encodeURIComponent(slug)}`;
}

/** The name under which a cluster that came by a link is kept: beside the visitor's own, never over it. */
export const SHARED = 'shared';

export function sharedAddress(slug: string | undefined): string {
  return `#/shared/${encodeURIComponent(slug ?? 'play')}`;
}

export function go(hash: string): void {
  location.hash = hash;
}

let last = { hash: '', route: parseRoute('') };

function current(): Route {
  if (last.hash !== location.hash) last = { hash: location.hash, route: parseRoute(location.hash) };
  return last.route;
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, current);
}
