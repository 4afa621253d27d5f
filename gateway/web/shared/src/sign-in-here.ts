// Signing in at the server that the page came from, without a form.

import {
  asBatonError,
  getSignInWays,
  type Http,
  platformWith,
  type Role,
  type SignInService,
  signInAs,
} from '@baton/client';
import type { Account } from './account.ts';
import { signInKey } from './sign-in-key.ts';

/** For the calls of signing in: what lets one pick is no token. */
export const here = (): Http => ({
  url: location.origin,
  platform: platformWith(),
  token: signInKey,
});

/**
 * A fresh token for the same person; or the service to get one at; or nothing where the server gives
 * none, and one must be brought. Throws when nobody answers.
 */
export async function freshToken(
  { sub, role }: Account,
  http = here(),
): Promise<string | SignInService | null> {
  try {
    const ways = await getSignInWays(http);
    if (ways.mode === 'oidc') return ways;
    // It may know more people than it lists.
    return ways.mode === 'demo' ? (await signInAs(http, { sub, role: role as Role })).token : null;
  } catch (thrown) {
    const error = asBatonError(thrown);
    if (error.retry) throw error;
    return null;
  }
}
