// The agent's canned answers: added, changed, removed.

import { useSignal } from '@preact/signals';
import { Pencil, Plus, Trash2 } from 'lucide-preact';
import { Button, IconButton } from '../../shared/src/ui/button.tsx';
import { Dialog } from '../../shared/src/ui/dialog.tsx';
import { Field } from '../../shared/src/ui/field.tsx';
import { type Canned, canned, keepCanned } from './canned.ts';
import { closeDialog } from './dialogs.ts';
import { words } from './words/words.ts';

export function CannedDialog() {
  const said = words.value.canned;
  /** The one that is being edited; `null` none, −1 a new one. */
  const editing = useSignal<number | null>(null);
  const all = canned.value;
  const save = (at: number, one: Canned) => {
    keepCanned(at < 0 ? [...all, one] : all.with(at, one));
    editing.value = null;
  };
  const form = (at: number) => (
    <Form
      one={all[at] ?? { name: '', text: '' }}
      onSave={(one) => save(at, one)}
      onCancel={() => {
        editing.value = null;
      }}
    />
  );
  return (
    <Dialog title={said.title} onClose={closeDialog}>
      <div class="flex flex-col gap-3 overflow-y-auto p-4">
        <p class="text-sm text-quiet">{said.about}</p>
        {all.length === 0 && <p class="text-quiet">{said.none}</p>}
        <ul class="flex flex-col gap-1">
          {all.map((one, at) => (
            <li key={one.name}>
              {editing.value === at ? (
                form(at)
              ) : (
                <div class="flex items-center gap-2">
                  <span class="min-w-0 grow">
                    <span class="block font-medium text-accent">/{one.name}</span>
                    <span class="block truncate text-quiet">{one.text}</span>
                  </span>
                  <IconButton
                    label={`${said.edit} /${one.name}`}
                    onClick={() => {
                      editing.value = at;
                    }}
                  >
                    <Pencil size={16} aria-hidden="true" />
                  </IconButton>
                  <IconButton
                    label={`${said.remove} /${one.name}`}
                    onClick={() => keepCanned(all.filter((other) => other !== one))}
                  >
                    <Trash2 size={16} aria-hidden="true" />
                  </IconButton>
                </div>
              )}
            </li>
          ))}
        </ul>
        {editing.value === -1 ? (
          form(-1)
        ) : (
          <Button
            class="inline-flex items-center gap-2 self-start"
            onClick={() => {
              editing.value = -1;
            }}
          >
            <Plus size={16} aria-hidden="true" /> {said.add}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

interface FormProps {
  one: Canned;
  onSave(one: Canned): void;
  onCancel(): void;
}

function Form({ one, onSave, onCancel }: FormProps) {
  const said = words.value;
  const name = useSignal(one.name);
  const text = useSignal(one.text);
  const save = (event: Event) => {
    event.preventDefault();
    // A name is one word: it is typed after "/".
    const word = name.value.trim().replaceAll(/[\s/]+/g, '-');
    if (word && text.value.trim()) onSave({ name: word, text: text.value.trim() });
  };
  return (
    <form onSubmit={save} class="flex flex-col gap-2 rounded-lg bg-sunken p-3">
      <Field
        label={said.canned.name}
        value={name.value}
        maxLength={32}
        required
        onInput={(event) => {
          name.value = event.currentTarget.value;
        }}
      />
      <label class="flex flex-col gap-1">
        <span class="text-sm text-quiet">{said.canned.text}</span>
        <textarea
          rows={3}
          required
          maxLength={2_000}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
          class="w-full resize-y rounded-lg border border-edge bg-surface px-3 py-1.5"
        />
      </label>
      <div class="flex gap-2">
        <Button look="primary" type="submit">
          {said.save}
        </Button>
        <Button onClick={onCancel}>{said.cancel}</Button>
      </div>
    </form>
  );
}
