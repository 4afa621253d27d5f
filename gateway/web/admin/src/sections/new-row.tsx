// Makes a new row of a table: a name, and the id that others know it by.

import { useSignal } from '@preact/signals';
import { Button } from '../../../shared/src/ui/button.tsx';
import { Dialog } from '../../../shared/src/ui/dialog.tsx';
import { useEditor } from '../editing.ts';
import { BOX } from '../forms/frame.tsx';
import { placeOf, type Table } from '../model/place.ts';
import type { Json } from '../model/value.ts';
import { go, toRow } from '../routes.ts';
import { words } from '../words/words.ts';

/** Ids of these are short names; the others are whatever people call them. */
const SHORT: readonly Table[] = ['queues', 'skills', 'agents'];
const SHORT_NAME = /^[a-z0-9_-]{1,32}$/;
/** Rows of these have a name beside the id. */
export const NAMED: readonly Table[] = ['queues', 'skills', 'agents', 'supervisors'];

export interface NewRowProps {
  table: Table;
  /** Copied; otherwise it is empty. */
  like?: Json;
  close(): void;
}

export function NewRow({ table, like, close }: NewRowProps) {
  const { draft } = useEditor();
  const name = useSignal('');
  const typedId = useSignal<string | null>(null);
  const isTried = useSignal(false);
  const { list, one } = words.value;
  const isNamed = NAMED.includes(table);
  const id = typedId.value ?? (isNamed && table !== 'supervisors' ? idFrom(name.value) : '');
  const wrong = problem(table, id, draft.has(placeOf(table, id)));
  const create = (event: Event) => {
    event.preventDefault();
    isTried.value = true;
    if (wrong) return;
    draft.put([[placeOf(table, id), fresh(table, like, name.value.trim())]]);
    close();
    go(toRow(table, id));
  };
  return (
    <Dialog title={list.add(one[table])} onClose={close}>
      <form onSubmit={create} class="flex flex-col gap-4 overflow-y-auto p-4" novalidate>
        {isNamed && (
          <label class="flex flex-col gap-1 text-sm font-medium">
            {list.name}
            <input
              class={`${BOX} text-base font-normal`}
              maxLength={200}
              autocomplete="off"
              value={name.value}
              onInput={(event) => (name.value = event.currentTarget.value)}
            />
          </label>
        )}
        <label class="flex flex-col gap-1 text-sm font-medium">
          {list.id}
          <input
            class={`${BOX} font-mono font-normal`}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            aria-invalid={isTried.value && wrong !== null}
            value={id}
            onInput={(event) => (typedId.value = event.currentTarget.value)}
          />
          <span class="font-normal text-quiet">{hintFor(table)}</span>
        </label>
        {isTried.value && wrong && (
          <p role="alert" class="text-bad">
            {wrong}
          </p>
        )}
        <div class="flex justify-end gap-2">
          <Button onClick={close}>{list.cancel}</Button>
          <Button look="primary" type="submit">
            {list.create}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function hintFor(table: Table): string {
  const { list } = words.value;
  if (table === 'agents') return `${list.idHint} ${list.idHintSub}`;
  if (table === 'supervisors') return list.idHintSub;
  return SHORT.includes(table) ? list.idHint : list.idHintFree;
}

function problem(table: Table, id: string, isTaken: boolean): string | null {
  const { list } = words.value;
  if (SHORT.includes(table) ? !SHORT_NAME.test(id) : id.trim() === '') return list.idWrong;
  return isTaken ? list.idTaken : null;
}

/** `Support (français)` → `support_francais`. */
export function idFrom(name: string): string {
  const plain = name.normalize('NFD').replace(/[\u0300-\u036f]/g, '');
  const joined = plain.toLowerCase().replace(/[^a-z0-9-]+/g, '_');
  return joined.replace(/^_+|_+$/g, '').slice(0, 32);
}

function fresh(table: Table, like: Json, name: string): Json {
  if (!NAMED.includes(table)) return like ?? (table === 'hours' ? { weekly: [] } : []);
  const { name: _, ...rest } = (like ?? {}) as Record<string, Json>;
  return name ? { name, ...rest } : rest;
}
