// What is the matter with the page as a whole.

import { listVersions } from '@baton/client';
import { useEffect } from 'preact/hooks';
import { account, renewAccount } from '../../../shared/src/account.ts';
import { Banner } from '../../../shared/src/ui/banner.tsx';
import { Button } from '../../../shared/src/ui/button.tsx';
import { SignInEnds } from '../../../shared/src/ui/sign-in-ends.tsx';
import { usePast } from '../../../shared/src/use-past.ts';
import { useEditor } from '../editing.ts';
import { hrefOf, useRoute } from '../routes.ts';
import { ago } from '../sections/ago.ts';
import { words } from '../words/words.ts';

export function Banners() {
  const { newer, left, settleLeft, keeping, draft, canEdit } = useEditor();
  const { states, newer: said, bar } = words.value;
  const version = newer.version.value;
  const trouble = newer.trouble.value;
  const route = useRoute();
  return (
    <>
      <SignInBanner />
      {(trouble === 'offline' || trouble === 'no_router') && (
        <Banner look="warn">
          <span class="flex-1 basis-56">
            {trouble === 'offline' ? states.offline : states.noRouter}
          </span>
          <Button onClick={() => newer.look()}>{states.tryNow}</Button>
        </Banner>
      )}
      {version && draft.edits().size > 0 && route?.section !== 'newer' && (
        <Banner look="warn">
          <span class="flex-1 basis-56">{said.banner(version.version, version.by)}</span>
          <a class="underline" href={hrefOf({ section: 'newer' })}>
            {said.show}
          </a>
        </Banner>
      )}
      {left.value && (
        <Banner look="warn">
          <span class="flex-1 basis-56">
            {states.left(left.value.edits.length, ago(left.value.at))}
          </span>
          <Button onClick={() => settleLeft(true)}>{states.takeUp}</Button>
          <Button onClick={() => settleLeft(false)}>{states.throwAway}</Button>
        </Banner>
      )}
      {!keeping.fits.value && (
        <Banner look="bad">
          <span class="flex-1 basis-56">{states.notKept}</span>
        </Banner>
      )}
      {!canEdit && <Banner look="warn">{bar.readOnly}</Banner>}
    </>
  );
}

/** When the sign-in ends, as the token says. */
function SignInBanner() {
  const { http, newer } = useEditor();
  const expiresAt = account.value?.expiresAt ?? null;
  const isPast = usePast(expiresAt === null ? null : Date.parse(expiresAt));
  // It is asked then whether the server thinks so too.
  useEffect(() => {
    if (isPast) void newer.look();
  }, [isPast]);
  const renew = async (token: string) => {
    await listVersions({ ...http, token: () => token }, undefined, { patienceMs: 0 });
    renewAccount(token);
    await newer.look();
  };
  return (
    <SignInEnds
      expiresAt={expiresAt}
      isExpired={newer.trouble.value === 'signed_out'}
      renew={renew}
    />
  );
}
