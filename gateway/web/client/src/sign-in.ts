// How people sign in at this server: on a development server by picking somebody, else with a
// token from elsewhere.

import { type Http, request } from './http.ts';
import type { ApiTime, Role } from './types.ts';

/** Somebody of the configuration, to be picked. */
export interface Person {
  sub: string;
  name?: string | null;
  role: Role;
}
export type SignInWays = { mode: 'demo'; people: Person[] } | { mode: 'token' };

/** The page stands before its form meanwhile: not for long. */
const PATIENCE_MS = 3_000;

export const getSignInWays = (http: Http) =>
  request<SignInWays>(http, { path: '/sign-in', patienceMs: PATIENCE_MS });

/** A token for one of the people; development servers only. */
export const signInAs = (http: Http, { sub, role }: Person) =>
  request<{ token: string; expires_at: ApiTime }>(http, {
    method: 'POST',
    path: '/sign-in',
    body: { sub, role },
    patienceMs: PATIENCE_MS,
  });
