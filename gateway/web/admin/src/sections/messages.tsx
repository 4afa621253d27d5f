// The automated messages of a queue.

import type { QueueMessages, Text } from '@baton/client';
import { SecondsField } from '../forms/inputs.tsx';
import { TextsField } from '../forms/texts.tsx';
import { useField } from '../forms/use-field.ts';
import { type At, into } from '../model/place.ts';
import { words } from '../words/words.ts';

/** So often unless said otherwise. */
const EVERY_S = 60;

export function MessageFields({ at }: { at: At }) {
  const { fields } = words.value;
  return (
    <div class="grid gap-6 xl:grid-cols-2">
      <TextsField at={into(at, 'greeting')} {...fields.greeting} />
      <TextsField at={into(at, 'transfer')} {...fields.transfer} />
      <Waiting at={into(at, 'waiting')} />
      <TextsField at={into(at, 'inactivity')} {...fields.inactivity} />
      <TextsField at={into(at, 'closed')} {...fields.closed_message} />
    </div>
  );
}

/** Both of its fields are there, or neither. */
function Waiting({ at }: { at: At }) {
  const { value, set } = useField<QueueMessages['waiting']>(at);
  const { fields } = words.value;
  const write = (text: Text | undefined) =>
    set(text === undefined ? undefined : { every_s: EVERY_S, ...value, text });
  return (
    <div class="flex flex-col gap-3">
      <TextsField
        at={into(at, 'text')}
        {...fields.waiting}
        fills={['position', 'ewt']}
        set={write}
      />
      {value && (
        <SecondsField
          at={into(at, 'every_s')}
          label={fields.every_s.label}
          placeholder={String(EVERY_S)}
          class="max-w-40"
        />
      )}
    </div>
  );
}
