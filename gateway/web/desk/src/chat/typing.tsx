// Who is typing: a line of its own, so that nothing else is drawn again for it.

import type { Conversation } from '@baton/client';
import { toSignal } from '../../../shared/src/bind.ts';
import { words } from '../words/words.ts';

export function Typing({ conversation }: { conversation: Conversation }) {
  const names = toSignal(conversation.typing).value.map(({ name }) => name || words.value.customer);
  return (
    <p aria-live="polite" class="h-6 truncate px-4 text-sm text-quiet">
      {names.length > 0 && <bdi>{words.value.chat.typing(names)}</bdi>}
    </p>
  );
}
