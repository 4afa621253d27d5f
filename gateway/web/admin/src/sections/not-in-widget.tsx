// Says of a queue that customers do not choose it in the widget, where they choose at all.

import type { WidgetConfig } from '@baton/client';
import { Info } from 'lucide-preact';
import { useEditor } from '../editing.ts';
import { jump } from '../jump.ts';
import { hrefOf } from '../routes.ts';
import { words } from '../words/words.ts';

export function NotInWidget({ id }: { id: string }) {
  const { draft } = useEditor();
  const { queues } = (draft.get('widget') ?? {}) as WidgetConfig;
  // An imported draft may hold anything.
  const isMissing = Array.isArray(queues) && queues.length > 0 && !queues.includes(id);
  if (!isMissing) return null;
  const said = words.value.widget;
  return (
    <p class="flex gap-1.5 text-sm text-quiet">
      <Info size={16} aria-hidden="true" class="mt-0.5 shrink-0" />
      <span class="min-w-0">
        {said.unlisted}{' '}
        <a
          class="font-medium text-accent underline max-sm:py-2"
          href={hrefOf({ section: 'widget' })}
          onClick={(event) => {
            event.preventDefault();
            jump('widget.queues', draft);
          }}
        >
          {said.queues}
        </a>
      </span>
    </p>
  );
}
