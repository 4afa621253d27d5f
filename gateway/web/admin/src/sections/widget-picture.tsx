// The customer's form about as they will see it, in the language of this page. Nothing in it works.

import type { Text, WidgetConfig, WidgetField } from '@baton/client';
import { language } from '../../../shared/src/language.ts';
import { useEditor } from '../editing.ts';
import { nameIn } from '../forms/names.ts';
import { words } from '../words/words.ts';

export function WidgetPicture({ config }: { config: WidgetConfig }) {
  const { draft } = useEditor();
  const { widget } = words.value;
  const queues = (config.queues ?? []).map((queue) => nameIn(draft, 'queues', queue));
  return (
    <figure class="flex flex-col gap-2 xl:sticky xl:top-4">
      <figcaption class="text-sm font-medium">{widget.preview}</figcaption>
      <div
        class="flex flex-col gap-3 rounded-2xl border border-line bg-raised p-4 shadow-sm"
        dir="auto"
      >
        {queues.length > 1 && <Line label={widget.queueAsked} said={queues.join(' / ')} />}
        {(config.fields ?? []).map((field, index) => (
          <Line
            key={index}
            label={labelOf(field)}
            said={(field.options ?? []).join(' / ')}
            isLong={field.kind === 'long'}
          />
        ))}
        <span class="rounded-lg bg-accent px-3 py-2 text-center font-medium text-on-accent">
          {widget.start}
        </span>
      </div>
    </figure>
  );
}

function Line({ label, said, isLong }: { label: string; said: string; isLong?: boolean }) {
  return (
    <div class="flex flex-col gap-1 text-sm">
      <span class="break-words">{label}</span>
      <span
        class={`truncate rounded-lg border border-edge bg-surface px-2.5 py-1.5 text-quiet ${isLong ? 'h-16' : 'h-9'}`}
      >
        {said}
      </span>
    </div>
  );
}

function labelOf({ label, name, required }: WidgetField): string {
  return (textIn(label) || name || '…') + (required ? ' *' : '');
}

function textIn(text: Text | undefined): string {
  if (typeof text !== 'object') return text ?? '';
  return text[language.value] ?? text.en ?? Object.values(text)[0] ?? '';
}
