// The form before the chat: what the page wants to know, and the first line.

import type { StartBody } from '@baton/client';
import { h } from './dom.ts';
import type { Field, WidgetOptions } from './options.ts';
import type { Words } from './words/words.ts';

/** The longest line that the contract takes. */
export const LONGEST = 10_000;

export interface Form {
  element: HTMLFormElement;
  focus(): void;
  /** While a start is under way. */
  busy(isBusy: boolean): void;
  /** Why it could not be started; none takes it away. */
  refuse(text: string): void;
  /** Where the first line is written. */
  text: HTMLTextAreaElement;
}

export function form(words: Words, options: WidgetOptions, start: (body: StartBody) => void): Form {
  const alert = h('p', { class: 'failed', role: 'alert', hidden: true });
  const button = h('button', { class: 'primary' }, words.start);
  const text = h('textarea', { name: 'text', rows: 3, maxlength: LONGEST, required: true });
  const element = h(
    'form',
    {
      class: 'form',
      submit: (event: Event) => {
        event.preventDefault();
        start(bodyOf(new FormData(element), options));
      },
    },
    queueOf(words, options),
    ...(options.fields ?? []).map((field) => fieldOf(words, field, options)),
    labelled(words.first, text),
    alert,
    button,
  );
  return {
    element,
    text,
    focus: () => (element[0] as HTMLElement).focus(),
    busy(isBusy) {
      button.disabled = isBusy;
      button.textContent = isBusy ? words.starting : words.start;
    },
    refuse(why) {
      alert.hidden = !why;
      alert.textContent = why;
    },
  };
}

function labelled(label: string, input: HTMLElement, more = ''): HTMLElement {
  return h('label', {}, h('span', {}, label, more && h('small', {}, ` (${more})`)), input);
}

function queueOf(words: Words, { queue, queues }: WidgetOptions): HTMLElement | null {
  if (queue || !queues?.length) return null;
  const options = queues.map(({ queue, name, open }) =>
    h('option', { value: queue, disabled: open === false }, name),
  );
  return labelled(words.queue, h('select', { name: 'queue' }, ...options));
}

function fieldOf(words: Words, field: Field, { customer }: WidgetOptions): HTMLElement {
  const { name, kind, required, options } = field;
  const own = name === 'name' || name === 'email' ? name : null;
  const input = options
    ? h('select', { name, required }, ...options.map((one) => h('option', {}, one)))
    : h(kind === 'long' ? 'textarea' : ('input' as 'textarea'), {
        name,
        // What no input is, is text.
        type: kind,
        required,
        maxlength: 200,
        autocomplete: own ?? 'on',
        value: own && customer?.[own],
      });
  return labelled(
    field.label ?? (own ? words[own] : name),
    input,
    required || options ? '' : words.optional,
  );
}

/** What was filled in, as the contract wants it. */
export function bodyOf(data: FormData, options: WidgetOptions): StartBody {
  const { workspace } = options;
  const said = (name: string) => String(data.get(name) ?? '').trim();
  const customer = { ...options.customer };
  const attributes: Record<string, unknown> = { ...options.attributes };
  for (const { name } of options.fields ?? []) {
    const value = said(name);
    if (!value) continue;
    if (name === 'name' || name === 'email') customer[name] = value;
    else attributes[name] = value;
  }
  const queue = said('queue') || options.queue;
  return { workspace, queue, customer, attributes, text: said('text') };
}
