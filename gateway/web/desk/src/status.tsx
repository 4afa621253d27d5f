// The agent's own status: chosen here, shown as the server has it.

import { type AgentRow, asBatonError, type Staff } from '@baton/client';
import { useSignal } from '@preact/signals';
import { Choice } from '../../shared/src/ui/field.tsx';

/** Status and reason of each choice, and its words. */
const OPTIONS = [
  ['ready', 'Ready'],
  ['not_ready break', 'Break'],
  ['not_ready lunch', 'Lunch'],
  ['not_ready meeting', 'Meeting'],
  ['not_ready', 'Not ready'],
  ['logged_out', 'Logged out'],
] as const;

export function StatusChoice({ desk, self }: { desk: Staff; self: AgentRow }) {
  const failed = useSignal('');
  const choose = async (choice: string) => {
    const [status, reason] = choice.split(' ') as [AgentRow['status'], string?];
    failed.value = '';
    try {
      await desk.status({ status, ...(reason ? { reason } : {}) });
    } catch (error) {
      failed.value = asBatonError(error).code;
    }
  };
  return (
    <>
      {failed.value && (
        <span role="alert" class="text-bad">
          The status was not changed ({failed.value}).
        </span>
      )}
      {self.next_status && <span class="text-quiet">then {wordsOf(self.next_status)}</span>}
      <Choice
        label="Status"
        value={choiceOf(self)}
        options={withOther(self)}
        onChange={(event) => choose(event.currentTarget.value)}
      />
    </>
  );
}

function choiceOf({ status, reason }: AgentRow): string {
  return reason ? `${status} ${reason}` : status;
}

function wordsOf(choice: string): string {
  const known = OPTIONS.find(([one]) => one === choice)?.[1];
  return known ?? REASONS[choice.split(' ')[1] ?? ''] ?? choice.replace(/^\w+ /, '');
}

/** Reasons that the server gives. */
const REASONS: Record<string, string> = {
  login: 'Not ready (just signed in)',
  no_answer: 'Not ready (an offer was not answered)',
  forced: 'Not ready (set by a supervisor)',
};

/** The choices, and what is so now if it is none of them. */
function withOther(self: AgentRow): ReadonlyArray<readonly [string, string]> {
  const now = choiceOf(self);
  if (OPTIONS.some(([one]) => one === now)) return OPTIONS;
  return [[now, wordsOf(now)], ...OPTIONS];
}
