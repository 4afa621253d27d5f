// Where the agent is on the desk: a chat, a colleague, or the list alone. It is in the address, so
// that a reload and the browser's back button keep it.

import { signal } from '@preact/signals';

export type Place = { at: 'list' } | { at: 'chat'; id: string } | { at: 'dm'; peer: string };

/** Nothing where somebody mistyped the address. */
function decoded(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return '';
  }
}

function read(hash: string): Place {
  const [, at, written = ''] = /^#\/(chat|dm)\/(.+)$/.exec(hash) ?? [];
  const id = decoded(written);
  if (at === 'chat' && id) return { at, id };
  if (at === 'dm' && id) return { at, peer: id };
  return { at: 'list' };
}

export const place = signal<Place>(read(location.hash));
addEventListener('hashchange', () => {
  place.value = read(location.hash);
});

export const chatHref = (id: string) => `#/chat/${encodeURIComponent(id)}`;
export const dmHref = (peer: string) => `#/dm/${encodeURIComponent(peer)}`;
export const LIST_HREF = '#/';

export function go(href: string): void {
  location.hash = href;
  place.value = read(href);
}
