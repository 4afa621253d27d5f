// Whoever is chosen in the dialog: what would happen, a note, and doing it.

import { asBatonError, type Chat, type Staff } from '@baton/client';
import { useSignal } from '@preact/signals';
import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-preact';
import { toSignal } from '../../../shared/src/bind.ts';
import { isolated } from '../../../shared/src/names.ts';
import { refusalWords } from '../../../shared/src/refusals.ts';
import { Button } from '../../../shared/src/ui/button.tsx';
import { useAsking } from '../asking.ts';
import { closeDialog } from '../dialogs.ts';
import { dmHref, go } from '../place.ts';
import { words } from '../words/words.ts';
import { Facts } from './facts.tsx';
import type { Option } from './options.ts';
import { quoteWords } from './quote-words.ts';
import type { Answer } from './use-quote.ts';

export interface ChosenProps {
  desk: Staff;
  chat: Chat | null;
  option: Option | null;
  /** What would happen. */
  answer: Answer;
  /** Somebody was asked to come. */
  onAdded(): void;
}

export function Chosen({ desk, chat, option, answer, onAdded }: ChosenProps) {
  const said = words.value;
  if (!option) {
    return <p class="p-4 text-quiet">{chat ? said.add.pick : ''}</p>;
  }
  const isRefused = answer.is === 'quote' && answer.quote.outcome === 'refused';
  const isBarred = isRefused || answer.is === 'asking';
  const barred = option.kind === 'agent' ? option.barred : undefined;
  return (
    <div class="flex min-h-0 flex-col gap-3 border-t border-line p-4 md:overflow-y-auto md:border-t-0">
      <h3 class="font-semibold wrap-anywhere">
        {chat ? said.quote.title(isolated(option.name)) : <bdi>{option.name}</bdi>}
      </h3>
      {!chat && <Facts option={option} />}
      {chat && !barred && <QuoteOf answer={answer} option={option} />}
      {barred && <p class="text-quiet">{said.add[barred]}</p>}
      {chat && !barred && (
        <Doing desk={desk} chat={chat} option={option} isBarred={isBarred} onAdded={onAdded} />
      )}
      {option.kind === 'agent' && barred !== 'you' && (
        <Button
          class="self-start"
          data-primary={chat ? undefined : true}
          onClick={() => {
            closeDialog();
            go(dmHref(option.row.agent));
          }}
        >
          {said.add.message}
        </Button>
      )}
    </div>
  );
}

const LOOKS = {
  good: { class: 'bg-good-soft text-good', Icon: CircleCheck },
  warn: { class: 'bg-warn-soft text-warn', Icon: TriangleAlert },
  bad: { class: 'bg-bad-soft text-bad', Icon: CircleAlert },
};

function QuoteOf({ answer, option }: { answer: Answer; option: Option }) {
  const said = words.value.add;
  const { look, sentences } =
    answer.is === 'quote'
      ? quoteWords(answer.quote, option)
      : {
          look: 'bad' as const,
          sentences: answer.is === 'failed' ? [refusalWords(answer.error)] : [],
        };
  const { class: colours, Icon } = LOOKS[look];
  return (
    <div aria-live="polite" class="min-h-24">
      {answer.is === 'asking' ? (
        <p class="text-quiet">{said.asking}</p>
      ) : (
        <div data-quote={look} class={`flex gap-2 rounded-lg p-3 ${colours}`}>
          <Icon size={18} aria-hidden="true" class="mt-0.5 shrink-0" />
          <div class="flex flex-col gap-1">
            {sentences.map((sentence) => (
              <p key={sentence} class="wrap-anywhere">
                {sentence}
              </p>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}

interface DoingProps {
  desk: Staff;
  chat: Chat;
  option: Option;
  /** It is not known yet what would happen, or the server would refuse it. */
  isBarred: boolean;
  onAdded(): void;
}

function Doing({ desk, chat, option, isBarred, onAdded }: DoingProps) {
  const said = words.value.add;
  const note = useSignal('');
  const asking = useAsking();
  const isOffline = toSignal(desk.connection).value.state !== 'online';
  /** A transfer was refused until it is confirmed. */
  const isHeld = useSignal(false);
  const more = () => (note.value.trim() ? { note: note.value.trim() } : {});
  const add = async () => {
    if (isBarred) return;
    if (await asking.ask(() => desk.add(chat.chat_id, option.to, more()))) onAdded();
  };
  const transfer = async () => {
    const confirm = isHeld.value ? { confirm: true } : {};
    const done = await asking.ask(() =>
      desk.transfer(chat.chat_id, option.to, { ...more(), ...confirm }),
    );
    if (done) return closeDialog();
    isHeld.value = asking.error !== null && asBatonError(asking.error).code === 'would_orphan';
  };
  const hasFailed = asking.error && !isHeld.value;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
      class="flex flex-col gap-3"
    >
      <textarea
        data-note
        aria-label={said.note}
        placeholder={said.note}
        maxLength={2_000}
        rows={2}
        value={note.value}
        onInput={(event) => {
          note.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          void add();
        }}
        class="w-full resize-y rounded-lg border border-edge bg-surface px-3 py-1.5"
      />
      {hasFailed && asking.error && (
        <p role="alert" class="text-bad">
          {refusalWords(asking.error)}
        </p>
      )}
      {isHeld.value && (
        <p role="alert" class="text-warn">
          {said.held}
        </p>
      )}
      {asking.isBusy && isOffline && (
        <p role="status" class="text-warn">
          {words.value.end.later}
        </p>
      )}
      <div class="flex flex-wrap gap-2">
        <Button
          look="primary"
          type="submit"
          title={said.addHint}
          disabled={asking.isBusy || isBarred}
        >
          {said.add}
        </Button>
        <Button
          look={isHeld.value ? 'bad' : 'plain'}
          title={said.transferHint}
          disabled={asking.isBusy || isBarred}
          onClick={transfer}
        >
          {isHeld.value ? said.confirm : said.transfer}
        </Button>
      </div>
      <p class="text-sm text-quiet">
        {said.add}: {said.addHint} {said.transfer}: {said.transferHint}
      </p>
    </form>
  );
}
