// What the page that carries the widget says about it: attributes of the script's tag, and an
// object `batonWidget` for what does not fit there.

import { type Form, type FormQueue, getForm, type Platform, type Question } from '@baton/client';
import type { Words } from './words/en.ts';

/** A field of the form. `name` and `email` describe the customer, others are attributes. */
export type Field = Pick<Question, 'name'> & Partial<Question>;

export interface WidgetOptions {
  /** Where Baton is; where the script came from unless given. */
  url: string;
  workspace?: string;
  queue?: string;
  /** The visitor chooses; as configured unless given. */
  queues?: Array<Pick<FormQueue, 'queue' | 'name'> & Partial<FormQueue>>;
  /** As configured unless given. */
  fields?: Field[];
  /** Go with each chat, unseen. */
  attributes?: Record<string, string | number | boolean>;
  customer?: { id?: string; name?: string; email?: string };
  /** As the page's, or the browser's, unless given. */
  language?: string;
  /** In place of the catalogue's. */
  words?: Partial<Words>;
  theme?: 'light' | 'dark';
  side?: 'left' | 'right';
  /** Open from the beginning. */
  open?: boolean;
}

/** `name! email plan`: a word each, required with a mark. */
export function fieldsOf(text: string): Field[] {
  const words = text.split(/[\s,]+/).filter(Boolean);
  return words.map((word) => {
    const name = word.replace('!', '');
    return { name, required: name !== word, kind: name === 'email' ? 'email' : 'text' };
  });
}

/** What the tag and the object say; the object wins. */
export function optionsOf(script: HTMLScriptElement, given: Partial<WidgetOptions>): WidgetOptions {
  const { fields, open, ...data } = script.dataset;
  return {
    url: new URL(script.src).origin,
    ...(data as Partial<WidgetOptions>),
    ...(fields && { fields: fieldsOf(fields) }),
    open: open !== undefined,
    ...given,
  };
}

/** Nobody waits longer for what the widget could do without. */
export const PATIENCE_MS = 3_000;

/** What is configured for this workspace; nothing while that cannot be told. */
export function configured(
  { url, workspace, queue }: WidgetOptions,
  language: string,
  platform: Platform,
): Promise<Form | null> {
  const manner = { patienceMs: 0, answerMs: PATIENCE_MS };
  return getForm({ url, platform }, { workspace, queue, language }, manner).catch(() => null);
}
