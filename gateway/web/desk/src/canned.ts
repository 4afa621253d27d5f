// Canned answers: the agent's own, kept in this browser. Until they are changed, some to begin with
// in the language of now.

import { computed, signal } from '@preact/signals';
import { words } from './words/words.ts';

const KEY = 'baton.canned';

export interface Canned {
  name: string;
  text: string;
}

const own = signal<readonly Canned[] | null>(restore());

function restore(): readonly Canned[] | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    return Array.isArray(kept) ? kept : null;
  } catch {
    return null;
  }
}

export const canned = computed<readonly Canned[]>(
  () => own.value ?? words.value.canned.seed.map(([name, text]) => ({ name, text })),
);

export function keepCanned(next: readonly Canned[]): void {
  own.value = next;
  localStorage.setItem(KEY, JSON.stringify(next));
}

/** Those that a text such as `/bye` may mean; none while it means nothing of the kind. */
export function matching(text: string, all: readonly Canned[]): readonly Canned[] | null {
  const [, wish] = /^\/(\S*)$/.exec(text) ?? [];
  if (wish === undefined) return null;
  const low = wish.toLowerCase();
  const begins = all.filter(({ name }) => name.toLowerCase().startsWith(low));
  const holds = all.filter(
    (one) => !begins.includes(one) && `${one.name} ${one.text}`.toLowerCase().includes(low),
  );
  return [...begins, ...holds];
}

/** The text with names in it; without a customer's name it does without one. */
export function filled({ text }: Canned, names: { customer: string; me: string }): string {
  const named = names.customer ? text : text.replaceAll(/,? ?\{customer\}/g, '');
  return named.replaceAll(/\{(customer|me)\}/g, (_, name: 'customer' | 'me') => names[name]);
}
