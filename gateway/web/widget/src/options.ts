// What the page that carries the widget says about it: attributes of the script's tag, and an
// object `batonWidget` for what does not fit there.

import type { Words } from './words/en.ts';

/** A field of the form. `name` and `email` describe the customer, others are attributes. */
export interface Field {
  name: string;
  /** Its own words for `name` and `email`; the name otherwise. */
  label?: string;
  type?: 'text' | 'email' | 'tel' | 'url';
  required?: boolean;
  /** A choice of these. */
  options?: string[];
}

export interface WidgetOptions {
  /** Where Baton is; where the script came from unless given. */
  url: string;
  workspace?: string;
  queue?: string;
  /** The visitor chooses. */
  queues?: Array<{ queue: string; label: string }>;
  fields: Field[];
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
    return { name, required: name !== word, type: name === 'email' ? 'email' : 'text' };
  });
}

/** What the tag and the object say; the object wins. */
export function optionsOf(script: HTMLScriptElement, given: Partial<WidgetOptions>): WidgetOptions {
  const { fields = 'name', open, ...data } = script.dataset;
  return {
    url: new URL(script.src).origin,
    ...(data as Partial<WidgetOptions>),
    fields: fieldsOf(fields),
    open: open !== undefined,
    ...given,
  };
}
