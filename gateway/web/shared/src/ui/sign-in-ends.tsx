// Says some minutes before the end of a sign-in when that is, and after it that it has come; signs
// the same person in again right here, so that nothing that is being written is left.

import { asBatonError } from '@baton/client';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { account, isOwnToken } from '../account.ts';
import { refusalWords } from '../refusals.ts';
import { freshToken } from '../sign-in-here.ts';
import { comingBack, goAside, type Renewed, renewals } from '../sign-in-service.ts';
import { timeOfDay } from '../time.ts';
import { usePast } from '../use-past.ts';
import { words } from '../words.ts';
import { Banner } from './banner.tsx';
import { Button } from './button.tsx';

/** So long before. */
const NOTICE_MS = 5 * 60_000;

export interface SignInEndsProps {
  /** When; nothing while it is not known. */
  expiresAt: string | null;
  /** Whether the server says that it has ended. */
  isExpired: boolean;
  /** Goes on with a fresh token, and keeps it. Throws `BatonError` if it is not taken. */
  renew(token: string): Promise<unknown>;
}

export function SignInEnds({ expiresAt, isExpired, renew }: SignInEndsProps) {
  const isNear = usePast(expiresAt === null ? null : Date.parse(expiresAt) - NOTICE_MS);
  const signing = useSigningIn(renew);
  const before = useRef<HTMLElement | null>(null);
  const said = words.value;
  if (!isExpired && !isNear) return null;
  /** What one was at is gone back to: the button goes with the banner. */
  const done = (isDone: boolean) => isDone && before.current?.focus();
  const entered = ({ relatedTarget, currentTarget }: FocusEvent) => {
    const from = relatedTarget as HTMLElement | null;
    if (from && !(currentTarget as Node).contains(from)) before.current = from;
  };
  return (
    <div data-sign-in-ends onFocusIn={entered}>
      <Banner look={isExpired ? 'bad' : 'warn'}>
        <span class="min-w-0 flex-1 basis-56">
          {isExpired || expiresAt === null ? said.hasEnded : said.endsAt(timeOfDay(expiresAt))}
        </span>
        {signing.isBringing ? (
          <TokenForm isBusy={signing.isBusy} bring={(token) => void signing.go(token).then(done)} />
        ) : (
          <Button disabled={signing.isBusy} onClick={() => void signing.again().then(done)}>
            {said.signInAgain}
          </Button>
        )}
        {signing.isAway && <span class="basis-full">{said.inWindow}</span>}
        {signing.wrong && <span class="basis-full font-medium">{signing.wrong}</span>}
      </Banner>
    </div>
  );
}

/** Signing in again: by one press where the server gives tokens, else with one that is brought. */
function useSigningIn(renew: SignInEndsProps['renew']) {
  const isBusy = useSignal(false);
  const isBringing = useSignal(false);
  const isAway = useSignal(false);
  const wrong = useSignal('');
  /** What is asked at a service in windows of their own. */
  const sent = useRef(new Set<string>());
  /** Whether it is done. */
  const trying = async (attempt: () => Promise<boolean>) => {
    isBusy.value = true;
    wrong.value = '';
    try {
      return await attempt();
    } catch (thrown) {
      const error = asBatonError(thrown);
      const isRefused = error.code === 'unauthenticated' || error.code === 'forbidden';
      wrong.value = isRefused ? words.value.notTaken : refusalWords(error);
      return false;
    } finally {
      isBusy.value = false;
    }
  };
  const take = async (token: string) => {
    if (!isOwnToken(token)) {
      wrong.value = words.value.notYours;
      return false;
    }
    await renew(token);
    isBringing.value = false;
    isAway.value = false;
    return true;
  };
  const go = (token: string) => trying(() => take(token.trim()));
  const came = useRef(go);
  came.current = go;
  useEffect(() => {
    const channel = renewals();
    channel.onmessage = ({ data }: MessageEvent<Renewed>) => {
      if (sent.current.delete(data.state)) void came.current(data.token);
    };
    return () => channel.close();
  }, []);
  return {
    isBusy: isBusy.value,
    isBringing: isBringing.value,
    isAway: isAway.value,
    wrong: wrong.value || (comingBack.value.wrong ?? ''),
    go,
    again: () =>
      trying(async () => {
        const who = account.peek();
        const fresh = who && (await freshToken(who));
        if (typeof fresh === 'string') return take(fresh);
        if (fresh) {
          sent.current.add(await goAside(fresh));
          isAway.value = true;
          return false;
        }
        isBringing.value = true;
        return false;
      }),
  };
}

function TokenForm({ isBusy, bring }: { isBusy: boolean; bring(token: string): void }) {
  const token = useSignal('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const said = words.value;
  return (
    <form
      class="flex min-w-0 flex-1 basis-64 flex-wrap gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        bring(token.value);
      }}
    >
      <input
        ref={field}
        type="password"
        autocomplete="off"
        required
        aria-label={said.freshToken}
        placeholder={said.freshToken}
        value={token.value}
        onInput={(event) => {
          token.value = event.currentTarget.value;
        }}
        class="min-w-0 flex-1 basis-40 rounded-lg border border-edge bg-surface px-3 py-1.5 text-text max-md:min-h-11"
      />
      <Button type="submit" disabled={isBusy}>
        {said.goOn}
      </Button>
    </form>
  );
}
