// The way to a sign-in service and back (OpenID Connect: authorization code with PKCE). What the tab
// asked with stays in it; what comes back in the address is taken out before anything is drawn.

import { asBatonError, type Http, redeemCode, type SignInService } from '@baton/client';
import { signal } from '@preact/signals';
import { account, restoreAccount, signIn } from './account.ts';
import { refusalWords } from './refusals.ts';
import { here } from './sign-in-here.ts';
import { words } from './words.ts';

const KEY = 'baton.sign_in_asked';

/** What somebody was sent with. */
interface Asked {
  state: string;
  nonce: string;
  code_verifier: string;
  redirect_uri: string;
  /** Where they were on the page. */
  hash: string;
}

/** Whether somebody has just come back from the service, or what went wrong. */
export const comingBack = signal<{ isBusy: boolean; wrong: string }>({ isBusy: false, wrong: '' });

/** Sends whoever is here to the service. Fails where the page's connection is not encrypted. */
export async function goToService(service: SignInService): Promise<void> {
  const asked: Asked = {
    state: random(),
    nonce: random(),
    code_verifier: random(),
    redirect_uri: location.origin + location.pathname,
    hash: location.hash,
  };
  const url = new URL(service.authorize);
  const { state, nonce, redirect_uri } = asked;
  const { client_id, scope } = service;
  const code_challenge = await digest(asked.code_verifier);
  const wish = { response_type: 'code', client_id, scope, redirect_uri, state, nonce };
  const challenge = { code_challenge, code_challenge_method: 'S256' };
  for (const [name, value] of Object.entries({ ...wish, ...challenge })) {
    url.searchParams.set(name, value);
  }
  sessionStorage.setItem(KEY, JSON.stringify(asked));
  location.assign(url.href);
}

/** Signs in who comes back; called once, before the page is drawn. */
export async function comeBack(http: Http = here()): Promise<void> {
  const answer = new URLSearchParams(location.search);
  const state = answer.get('state');
  if (!state) return;
  const asked = takeAsked();
  history.replaceState(null, '', location.pathname + (asked?.hash ?? ''));
  // Somebody else's answer, or one that was taken before.
  if (asked?.state !== state) return;
  const code = answer.get('code');
  if (!code) {
    comingBack.value = { isBusy: false, wrong: words.value.notSignedIn };
    return;
  }
  comingBack.value = { isBusy: true, wrong: '' };
  // The page begins with the fresh token, not with the one that ends.
  account.value = null;
  let wrong = '';
  try {
    const { nonce, code_verifier, redirect_uri } = asked;
    const { token } = await redeemCode(http, { code, nonce, code_verifier, redirect_uri });
    if (!signIn(token)) wrong = words.value.failed;
  } catch (thrown) {
    const error = asBatonError(thrown);
    // What the service lacks, its operator can read.
    wrong =
      error.code === 'forbidden' ? `${words.value.notLetIn} ${error.detail}` : refusalWords(error);
  }
  if (wrong) restoreAccount();
  comingBack.value = { isBusy: false, wrong };
}

function takeAsked(): Asked | null {
  const text = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return text && JSON.parse(text);
}

const random = () => base64(crypto.getRandomValues(new Uint8Array(32)));

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return base64(new Uint8Array(bytes));
}

const base64 = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
