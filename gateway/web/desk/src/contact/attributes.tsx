// What is noted of the chat, to be changed by the agents in it. A number stays a number and a yes a
// yes, as long as what is entered is one.

import type { Chat, Staff } from '@baton/client';
import { useSignal } from '@preact/signals';
import { Pencil, Plus, Trash2 } from 'lucide-preact';
import { refusalWords } from '../../../shared/src/refusals.ts';
import { Button, IconButton } from '../../../shared/src/ui/button.tsx';
import { type Asking, useAsking } from '../asking.ts';
import { words } from '../words/words.ts';

export interface AttributesProps {
  desk: Staff;
  chat: Chat;
  canEdit: boolean;
}

export function Attributes({ desk, chat, canEdit }: AttributesProps) {
  const said = words.value.contact;
  const asking = useAsking();
  /** The name that is being edited; empty for a new one. */
  const editing = useSignal<string | null>(null);
  const all = Object.entries(chat.attributes ?? {});
  const update = async (attributes: Record<string, unknown>) => {
    const fields = { chat_id: chat.chat_id, attributes };
    if (await asking.ask(() => desk.session.command('chat.update', fields))) editing.value = null;
  };
  return (
    <div class="flex flex-col gap-1">
      {all.length === 0 && <p class="text-quiet">{said.noAttributes}</p>}
      <ul class="flex flex-col gap-1">
        {all.map(([key, value]) =>
          editing.value === key ? (
            <li key={key}>
              <Form name={key} value={value} editing={editing} asking={asking} update={update} />
            </li>
          ) : (
            <li key={key} class="flex items-center gap-1">
              <span class="min-w-0 grow wrap-anywhere">
                <bdi class="text-quiet">{key}</bdi> <bdi>{String(value)}</bdi>
              </span>
              {canEdit && (
                <>
                  <IconButton
                    label={said.edit(key)}
                    onClick={() => {
                      editing.value = key;
                    }}
                  >
                    <Pencil size={14} aria-hidden="true" />
                  </IconButton>
                  <IconButton
                    label={said.remove(key)}
                    disabled={asking.isBusy}
                    onClick={() => update({ [key]: null })}
                  >
                    <Trash2 size={14} aria-hidden="true" />
                  </IconButton>
                </>
              )}
            </li>
          ),
        )}
      </ul>
      {asking.error && (
        <p role="alert" class="text-bad">
          {refusalWords(asking.error)}
        </p>
      )}
      {canEdit && editing.value === '' && (
        <Form name="" value="" editing={editing} asking={asking} update={update} />
      )}
      {canEdit && editing.value !== '' && (
        <Button
          class="inline-flex items-center gap-2 self-start"
          onClick={() => {
            editing.value = '';
          }}
        >
          <Plus size={16} aria-hidden="true" /> {said.addAttribute}
        </Button>
      )}
    </div>
  );
}

interface FormProps {
  name: string;
  value: unknown;
  editing: { value: string | null };
  asking: Asking;
  update(attributes: Record<string, unknown>): void;
}

function Form({ name, value, editing, asking, update }: FormProps) {
  const said = words.value;
  const key = useSignal(name);
  const text = useSignal(String(value));
  const save = (event: Event) => {
    event.preventDefault();
    if (key.value.trim()) update({ [key.value.trim()]: typed(text.value, value) });
  };
  const box = 'w-full min-w-0 rounded-lg border border-edge bg-surface px-2 py-1';
  return (
    <form
      onSubmit={save}
      onKeyDown={(event) => {
        if (event.key === 'Escape') editing.value = null;
      }}
      class="flex flex-col gap-1"
    >
      {!name && (
        <input
          ref={focusEmpty}
          aria-label={said.contact.key}
          placeholder={said.contact.key}
          maxLength={64}
          value={key.value}
          onInput={(event) => {
            key.value = event.currentTarget.value;
          }}
          class={box}
        />
      )}
      <input
        aria-label={name ? said.contact.edit(name) : said.contact.value}
        placeholder={said.contact.value}
        maxLength={1_000}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
        class={box}
      />
      <div class="flex gap-2">
        <Button type="submit" look="primary" disabled={asking.isBusy || !key.value.trim()}>
          {said.save}
        </Button>
        <Button
          onClick={() => {
            editing.value = null;
          }}
        >
          {said.cancel}
        </Button>
      </div>
    </form>
  );
}

/** What was entered, as the kind of value that it was before. */
export function typed(text: string, before: unknown): string | number | boolean {
  const plain = text.trim();
  if (typeof before === 'number' && plain && Number.isFinite(Number(plain))) return Number(plain);
  if (typeof before === 'boolean' && (plain === 'true' || plain === 'false'))
    return plain === 'true';
  return text;
}

function focusEmpty(input: HTMLInputElement | null): void {
  if (input?.value === '') input.focus();
}
