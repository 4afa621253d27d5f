// What is the matter with the connection or the sign-in of one of the staff, over their page.

import type { Staff } from '@baton/client';
import { renewAccount } from '../account.ts';
import { toSignal } from '../bind.ts';
import { ConnectionBanner } from './connection.tsx';
import { SignInEnds } from './sign-in-ends.tsx';

export function StaffBanners({ staff, signOut }: { staff: Staff; signOut(): void }) {
  const { isExpired } = staff.signIn;
  return (
    <>
      <SignInBanner staff={staff} />
      {/* Without a sign-in nobody tries to connect. */}
      {!toSignal(isExpired).value && (
        <ConnectionBanner
          connection={staff.connection}
          retry={() => staff.session.wake()}
          signOut={signOut}
        />
      )}
    </>
  );
}

/** The sign-in's part alone. */
export function SignInBanner({ staff }: { staff: Staff }) {
  const renew = async (token: string) => {
    await staff.renew(token);
    renewAccount(token);
  };
  return (
    <SignInEnds
      expiresAt={toSignal(staff.signIn.expiresAt).value}
      isExpired={toSignal(staff.signIn.isExpired).value}
      renew={renew}
    />
  );
}
