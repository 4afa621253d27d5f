// Short news that cover nothing which is worked with, read aloud as they come.

import { X } from 'lucide-preact';
import { Button, IconButton } from '../../shared/src/ui/button.tsx';
import { type Notice, notices, putAway } from './notices.ts';
import { words } from './words/words.ts';

/** Beside the list, or over the page's columns on a phone: what one writes and sends stays free. */
const ON_PAGE =
  'pointer-events-none max-h-[60dvh] shrink-0 overflow-y-auto not-empty:p-2 md:fixed md:bottom-0 md:left-0 md:z-30 md:w-72 xl:w-80';
/** Characters that may not fit in what one of them may take. */
const LONG = 150;
/** Above what the dialog is about, and never all of it. */
const IN_DIALOG =
  'max-h-[30dvh] shrink-0 overflow-y-auto border-line not-empty:border-b not-empty:p-2';

/** In a dialog while one is open: the page under it is neither reached nor read aloud. */
export function Notices({ isInDialog = false }: { isInDialog?: boolean }) {
  return (
    <div role="status" class={`flex flex-col gap-2 ${isInDialog ? IN_DIALOG : ON_PAGE}`}>
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
      <span
        // A long one scrolls, by the keyboard too.
        tabIndex={text.length > LONG ? 0 : undefined}
        class="mr-auto max-h-40 min-w-0 overflow-y-auto wrap-anywhere"
      >
        {text}
      </span>
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
