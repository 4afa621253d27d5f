// Where one is in the page: the part of the address after the `#`.

import { navigate, useHashLocation } from 'wouter-preact/use-hash-location';
import { isTable, type Place, split, type Table } from './model/place.ts';

export const SECTIONS = [
  'overview',
  'general',
  'queues',
  'skills',
  'agents',
  'profiles',
  'hours',
  'supervisors',
  'rules',
  'policies',
  'widget',
  'review',
  'newer',
  'history',
  'file',
] as const;
export type Section = (typeof SECTIONS)[number];

export interface Route {
  section: Section;
  /** The row, the rule's number, or the version. */
  id?: string;
}

export function parse(location: string): Route | null {
  const [name = '', id] = location.replace(/^\/+/, '').split('/');
  const section = name === '' ? 'overview' : SECTIONS.find((one) => one === name);
  if (!section) return null;
  const known = id === undefined || id === '' ? undefined : decoded(id);
  return known === undefined ? { section } : { section, id: known };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function hrefOf({ section, id }: Route): string {
  const path = section === 'overview' ? '' : section;
  return `#/${path}${id === undefined ? '' : `/${encodeURIComponent(id)}`}`;
}

export const go = (route: Route, options?: { replace?: boolean }) =>
  navigate(hrefOf(route).slice(1), options);

export const toRow = (section: Table, id: string): Route => ({ section, id });

export function useRoute(): Route | null {
  const [location] = useHashLocation();
  return parse(location);
}

/** Where a place is edited. */
export function routeOf(place: Place): Route {
  const { part, id } = split(place);
  if (isTable(part)) return id === undefined ? { section: part } : toRow(part, id);
  const own = (['rules', 'policies', 'widget'] as const).find((section) => section === part);
  return { section: own ?? 'general' };
}
