// How people sign in at this server: on a development server by picking somebody, else at a service
// of their own or with a token from elsewhere.

import { type Http, request } from './http.ts';
import type { CodeBody, SignedIn, SignIn, SignInBody } from './types.ts';

/** What a page needs to send somebody to the service. */
export type SignInService = Extract<SignIn, { mode: 'oidc' }>;

/** The page stands before its form meanwhile: not for long. */
const PATIENCE_MS = 3_000;

export const getSignInWays = (http: Http) =>
  request<SignIn>(http, { path: '/sign-in', patienceMs: PATIENCE_MS });

/** A token for one of the people; development servers only. */
export const signInAs = (http: Http, { sub, role }: SignInBody) =>
  request<SignedIn>(http, {
    method: 'POST',
    path: '/sign-in',
    body: { sub, role },
    patienceMs: PATIENCE_MS,
  });

/** The server asks the service three things, each with some patience. */
const REDEEM_MS = 45_000;

/** A token for who has signed in at the service. Asked once: the service takes a code once. */
export const redeemCode = (http: Http, body: CodeBody) =>
  request<SignedIn>(http, {
    method: 'POST',
    path: '/sign-in/code',
    body,
    patienceMs: 0,
    answerMs: REDEEM_MS,
  });
