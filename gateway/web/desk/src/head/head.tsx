// The head of the page: who one is, the status, and what concerns the whole desk.

import type { AgentRow, Staff } from '@baton/client';
import { BookUser, Volume2, VolumeX } from 'lucide-preact';
import { account } from '../../../shared/src/account.ts';
import { toSignal } from '../../../shared/src/bind.ts';
import { IconButton } from '../../../shared/src/ui/button.tsx';
import { Places } from '../../../shared/src/ui/places.tsx';
import { dialog } from '../dialogs.ts';
import { roomWords } from '../room.ts';
import { isMuted, mute } from '../sound.ts';
import { words } from '../words/words.ts';
import { Settings } from './settings.tsx';
import { StatusChoice } from './status.tsx';

export function Head({ desk }: { desk: Staff }) {
  const self = toSignal(desk.self).value;
  const said = words.value;
  return (
    <header class="flex items-center gap-2 border-b border-line bg-raised px-3 py-1.5 md:gap-3 md:px-4">
      <Places here="desk" stays />
      <h1 class="min-w-0 truncate font-semibold max-sm:sr-only">
        <bdi>{self?.name ?? account.value?.sub}</bdi>
      </h1>
      <span class="mr-auto" />
      {self && <Room self={self} />}
      {self && <StatusChoice desk={desk} self={self} />}
      <IconButton
        label={said.list.directory}
        onClick={() => {
          dialog.value = { kind: 'directory' };
        }}
      >
        <BookUser size={18} aria-hidden="true" />
      </IconButton>
      <IconButton
        label={isMuted.value ? said.head.soundOff : said.head.soundOn}
        aria-pressed={!isMuted.value}
        onClick={() => mute(!isMuted.value)}
        class="max-sm:hidden"
      >
        {isMuted.value ? (
          <VolumeX size={18} aria-hidden="true" />
        ) : (
          <Volume2 size={18} aria-hidden="true" />
        )}
      </IconButton>
      <Settings desk={desk} />
    </header>
  );
}

function Room({ self }: { self: AgentRow }) {
  const { used, total } = self.capacity;
  const label = words.value.head.capacity(Math.round(used / 10), Math.round(total / 10));
  return (
    <div title={label} class="flex items-center gap-2 max-lg:hidden">
      {/* biome-ignore lint/a11y/useSemanticElements: browsers give a meter a look of their own. */}
      <div
        role="meter"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={used}
        aria-valuetext={label}
        aria-label={label}
        class="h-2 w-16 overflow-hidden rounded-full border border-edge"
      >
        <div class="h-full bg-accent" style={{ width: `${(100 * used) / Math.max(1, total)}%` }} />
      </div>
      <span aria-hidden="true" class="text-sm whitespace-nowrap text-quiet tabular-nums">
        {roomWords(self)}
      </span>
    </div>
  );
}
