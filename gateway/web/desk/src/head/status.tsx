// The agent's own status: as the server has it, and the choice of another, now or after the open
// chats.

import type { AgentRow, Staff } from '@baton/client';
import { signal, useSignal } from '@preact/signals';
import { Check, ChevronDown } from 'lucide-preact';
import { refusalWords } from '../../../shared/src/refusals.ts';
import { reasonName, statusName } from '../../../shared/src/statuses.ts';
import { clock } from '../../../shared/src/time.ts';
import { Button } from '../../../shared/src/ui/button.tsx';
import { Popover } from '../../../shared/src/ui/popover.tsx';
import { useAsking } from '../asking.ts';
import { secondsSince } from '../now.ts';
import { words } from '../words/words.ts';

/** Opened by a shortcut. */
export const isStatusOpen = signal(false);

const REASONS = ['break', 'lunch', 'meeting', 'training'] as const;
const DOTS = { ready: 'bg-good', not_ready: 'bg-warn', logged_out: 'bg-quiet' };

export function statusWords(row: Pick<AgentRow, 'status' | 'reason'>): string {
  return row.status === 'ready' || !row.reason ? statusName(row.status) : reasonName(row.reason);
}

export function StatusDot({ status }: { status: AgentRow['status'] }) {
  return <span class={`size-2.5 shrink-0 rounded-full ${DOTS[status]}`} aria-hidden="true" />;
}

export function StatusChoice({ desk, self }: { desk: Staff; self: AgentRow }) {
  const said = words.value;
  const now = statusWords(self);
  return (
    <Popover
      label={`${said.head.status}: ${now}`}
      isNamed
      isOpen={isStatusOpen}
      faceClass="border border-line bg-raised px-3"
      face={
        <span class="flex items-center gap-2">
          <span class="sr-only">{said.head.status}: </span>
          <StatusDot status={self.status} />
          <span class="max-w-40 truncate font-medium max-sm:max-w-24">{now}</span>
          {self.next_status && (
            <span class="text-sm text-quiet max-lg:hidden">
              {said.status.next(statusName(self.next_status))}
            </span>
          )}
          <Since at={self.since} />
          <ChevronDown size={16} aria-hidden="true" class="text-quiet" />
        </span>
      }
    >
      {(close) => <Choices desk={desk} self={self} close={close} />}
    </Popover>
  );
}

function Since({ at }: { at: string }) {
  return (
    <span class="text-sm text-quiet tabular-nums max-sm:hidden">{clock(secondsSince(at))}</span>
  );
}

interface ChoicesProps {
  desk: Staff;
  self: AgentRow;
  close(): void;
}

function Choices({ desk, self, close }: ChoicesProps) {
  const said = words.value.status;
  const isAfter = useSignal(false);
  const other = useSignal<string | null>(null);
  const asking = useAsking();
  const hasWork = self.load.handling + self.load.wrapup > 0;
  const choose = async (status: AgentRow['status'], reason?: string) => {
    const after_work = isAfter.value && hasWork && status !== 'ready';
    const fields = { status, ...(reason ? { reason } : {}), ...(after_work ? { after_work } : {}) };
    if (await asking.ask(() => desk.status(fields))) close();
  };
  const is = (status: AgentRow['status'], reason?: string) =>
    self.status === status && (self.reason ?? undefined) === reason;
  const item = (status: AgentRow['status'], reason?: string) => (
    <Item
      key={reason ?? status}
      status={status}
      isNow={is(status, reason)}
      isBusy={asking.isBusy}
      onChoose={() => choose(status, reason)}
    >
      {reason ? reasonName(reason) : statusName(status)}
    </Item>
  );
  return (
    <div class="flex flex-col gap-0.5">
      {item('ready')}
      {self.next_status && self.status === 'ready' && (
        <Item
          status="ready"
          isNow={false}
          isBusy={asking.isBusy}
          onChoose={() => choose(self.status, self.reason ?? undefined)}
        >
          {said.stays}
        </Item>
      )}
      <hr class="my-1 border-line" />
      {hasWork && (
        <label class="flex cursor-pointer items-start gap-2 rounded-lg px-2 py-1.5 hover:bg-sunken">
          <input
            type="checkbox"
            class="mt-1 size-4 accent-accent"
            checked={isAfter.value}
            onChange={(event) => {
              isAfter.value = event.currentTarget.checked;
            }}
          />
          <span>
            {said.afterWork}
            <span class="block text-sm text-quiet">{said.afterWorkHint}</span>
          </span>
        </label>
      )}
      {REASONS.map((reason) => item('not_ready', reason))}
      {other.value === null ? (
        <Item
          status="not_ready"
          isNow={false}
          isBusy={asking.isBusy}
          onChoose={() => {
            other.value = '';
          }}
        >
          {said.other}
        </Item>
      ) : (
        <OtherReason text={other} onChoose={(reason) => choose('not_ready', reason)} />
      )}
      <hr class="my-1 border-line" />
      {item('logged_out')}
      {asking.error && (
        <p role="alert" class="px-2 py-1 text-bad">
          {refusalWords(asking.error)}
        </p>
      )}
    </div>
  );
}

interface ItemProps {
  status: AgentRow['status'];
  isNow: boolean;
  isBusy: boolean;
  onChoose(): void;
  children: preact.ComponentChildren;
}

function Item({ status, isNow, isBusy, onChoose, children }: ItemProps) {
  return (
    <button
      type="button"
      aria-pressed={isNow}
      disabled={isBusy}
      onClick={onChoose}
      class="flex min-h-9 w-full cursor-pointer items-center gap-2 rounded-lg px-2 text-left hover:bg-sunken disabled:opacity-60 max-md:min-h-11"
    >
      <StatusDot status={status} />
      <span class="mr-auto">{children}</span>
      {isNow && <Check size={16} aria-hidden="true" class="text-accent" />}
    </button>
  );
}

function OtherReason({
  text,
  onChoose,
}: {
  text: { value: string | null };
  onChoose(reason: string): void;
}) {
  const said = words.value.status;
  const submit = (event: Event) => {
    event.preventDefault();
    if (text.value?.trim()) onChoose(text.value.trim());
  };
  return (
    <form onSubmit={submit} class="flex gap-2 p-1">
      <input
        ref={(input) => input?.focus()}
        aria-label={said.reason}
        maxLength={64}
        value={text.value ?? ''}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
        class="w-full min-w-0 rounded-lg border border-edge bg-surface px-2"
      />
      <Button type="submit">{said.set}</Button>
    </form>
  );
}
