// Leads from a finding to the field that it names: there, open, in sight and with the focus.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Draft } from './model/draft.ts';
import { isWithin, placeOfFinding } from './model/place.ts';
import { go, type Route, routeOf } from './routes.ts';

/** The path that is being gone to. */
const goal = signal<string | null>(null);

/** Where the field is that a finding names. */
export function routeOfFinding(path: string, draft: Draft): Route {
  const route = routeOf(placeOfFinding(path, (place) => draft.has(place)));
  const rule = /^rules\[(\d+)\]/.exec(path)?.[1];
  return rule === undefined ? route : { section: 'rules', id: String(Number(rule) + 1) };
}

export function jump(path: string, draft: Draft): void {
  goal.value = path;
  go(routeOfFinding(path, draft));
}

/** Within whatever has fields: goes to the wanted one once it is drawn. */
export function useJumps(): void {
  const path = goal.value;
  useEffect(() => {
    if (path === null) return;
    const frame = requestAnimationFrame(() => {
      goal.value = null;
      show(path);
    });
    return () => cancelAnimationFrame(frame);
  }, [path]);
}

const CONTROLS = 'input, select, textarea, button';

/** Shows the closest field there is. */
export function show(path: string): void {
  const fields = [...document.querySelectorAll<HTMLElement>('[data-path]')];
  const around = fields
    .filter((field) => isWithin(path, field.dataset.path ?? '\n'))
    .sort((a, b) => (b.dataset.path ?? '').length - (a.dataset.path ?? '').length);
  const field = around[0] ?? document.querySelector<HTMLElement>('main h2');
  if (!field) return;
  for (let at: HTMLElement | null = field; at; at = at.parentElement) {
    if (at instanceof HTMLDetailsElement) at.open = true;
  }
  field.scrollIntoView({ block: 'center' });
  const control = field.matches(CONTROLS) ? field : field.querySelector<HTMLElement>(CONTROLS);
  (control ?? field).focus({ preventScroll: true });
}
