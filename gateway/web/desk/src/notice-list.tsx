// Short news that cover nothing which is worked with, read aloud as they come.

import { X } from 'lucide-preact';
import { Button, IconButton } from '../../shared/src/ui/button.tsx';
import { type Notice, notices, putAway } from './notices.ts';
import { words } from './words/words.ts';

export function Notices() {
  return (
    <div
      role="status"
      // Beside the list, or over the page's columns on a phone: what one writes and sends stays free.
      class="pointer-events-none flex flex-col gap-2 max-md:not-empty:p-2 md:fixed md:bottom-2 md:left-2 md:z-30 md:w-68 xl:w-76"
    >
      {notices.value.map((notice) => (
        <Item key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function Item({ notice }: { notice: Notice }) {
  const { id, look, text, action } = notice;
  const colours = look === 'bad' ? 'bg-bad-soft text-bad' : 'bg-raised text-text';
  return (
    <div
      class={`pointer-events-auto flex w-full items-center gap-2 rounded-xl border border-line py-2 pr-2 pl-4 shadow-xl ${colours}`}
    >
      <span class="mr-auto min-w-0 wrap-anywhere">{text}</span>
      {action && (
        <Button
          onClick={() => {
            action.run();
            putAway(id);
          }}
        >
          {action.words}
        </Button>
      )}
      <IconButton label={words.value.dismiss} onClick={() => putAway(id)}>
        <X size={16} aria-hidden="true" />
      </IconButton>
    </div>
  );
}
