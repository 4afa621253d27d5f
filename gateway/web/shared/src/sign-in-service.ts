// The way to a sign-in service and back (OpenID Connect: authorization code with PKCE). What a page
// asked with stays in the browser, and what comes back in the address is taken out of it before
// anything is drawn. Who is at work goes there in a window of its own, which hands the fresh token
// to the page that is worked at.

import { asBatonError, type Http, redeemCode, type SignInService } from '@baton/client';
import { batch, signal } from '@preact/signals';
import { account, isOwnToken, person, restoreAccount, signIn } from './account.ts';
import { refusalWords } from './refusals.ts';
import { here } from './sign-in-here.ts';
import { words } from './words.ts';

const NAME = 'baton.sign_in_asked';
/** Nobody takes longer there. */
const LIFE_MS = 30 * 60_000;
const WINDOW = 'popup,width=480,height=720';

/** What somebody was sent with. */
interface Asked {
  at: number;
  issuer: string;
  state: string;
  nonce: string;
  code_verifier: string;
  redirect_uri: string;
  /** Where they were on the page. */
  hash: string;
  /** Who they were, if they were somebody. */
  person: string | null;
  /** Whether they went in a window of its own. */
  isAside: boolean;
}

/** What such a window tells the page that opened it. */
export interface Renewed {
  state: string;
  token: string;
}

/** What came of the way back. */
export interface ComingBack {
  isBusy: boolean;
  /** In a window of its own there is nothing more to do. */
  isDone?: boolean;
  wrong?: string;
  /** What the server says of it, for who looks after the service. */
  detail?: string;
}
export const comingBack = signal<ComingBack>({ isBusy: false });

/** Tells the pages of this browser of fresh tokens. */
export const renewals = () => new BroadcastChannel(NAME);

/** Sends whoever is here to the service. Fails where the page's connection is not encrypted. */
export async function goToService(service: SignInService): Promise<void> {
  const { url } = await asking(service, false);
  location.assign(url);
}

/** The same in a window of its own where one opens; gives by what its answer is known. */
export async function goAside(service: SignInService): Promise<string> {
  const { url, state } = await asking(service, true);
  if (!window.open(url, '_blank', WINDOW)) await goToService(service);
  return state;
}

async function asking(service: SignInService, isAside: boolean) {
  comingBack.value = { isBusy: false };
  const asked: Asked = {
    at: Date.now(),
    issuer: service.issuer,
    state: random(),
    nonce: random(),
    code_verifier: random(),
    redirect_uri: location.origin + location.pathname.replace(/\/$/, ''),
    hash: location.hash,
    person: person.peek(),
    isAside,
  };
  const url = new URL(service.authorize);
  const { state, nonce, redirect_uri } = asked;
  const { client_id, scope } = service;
  const wish = { response_type: 'code', client_id, scope, redirect_uri, state, nonce };
  const code_challenge = await digest(asked.code_verifier);
  const challenge = { code_challenge, code_challenge_method: 'S256' };
  for (const [name, value] of Object.entries({ ...wish, ...challenge })) {
    url.searchParams.set(name, value);
  }
  keep(asked);
  return { url: url.href, state };
}

/** Signs in who comes back; called once, before the page is drawn. */
export async function comeBack(http: Http = here()): Promise<void> {
  const answer = new URLSearchParams(location.search);
  const state = answer.get('state');
  if (!state) return;
  const asked = take(state);
  history.replaceState(null, '', location.pathname + (asked?.hash ?? ''));
  // An answer to nobody here, or one that was taken before.
  if (!asked) return;
  const code = answer.get('code');
  const isSame = (answer.get('iss') ?? asked.issuer) === asked.issuer;
  if (!code || !isSame) {
    if (asked.isAside) account.value = null;
    comingBack.value = { isBusy: false, wrong: words.value.notSignedIn };
    return;
  }
  comingBack.value = { isBusy: true };
  // The page begins with the fresh token, not with the one that ends.
  account.value = null;
  const { nonce, code_verifier, redirect_uri } = asked;
  try {
    const { token } = await redeemCode(http, { code, nonce, code_verifier, redirect_uri });
    comingBack.value = asked.isAside ? handOver({ state, token }) : settle(asked, token);
  } catch (thrown) {
    if (!asked.isAside) restoreAccount();
    comingBack.value = { isBusy: false, ...why(thrown) };
  }
}

function handOver(renewed: Renewed): ComingBack {
  const channel = renewals();
  channel.postMessage(renewed);
  channel.close();
  window.close();
  // Not every browser lets a page close itself.
  return { isBusy: false, isDone: true };
}

function settle(asked: Asked, token: string): ComingBack {
  return batch(() => {
    if (asked.person) restoreAccount();
    if (asked.person && !isOwnToken(token)) return { isBusy: false, wrong: words.value.notYours };
    return signIn(token) ? { isBusy: false } : { isBusy: false, wrong: words.value.failed };
  });
}

function why(thrown: unknown): Pick<ComingBack, 'wrong' | 'detail'> {
  const error = asBatonError(thrown);
  if (error.code === 'unauthenticated') return { wrong: words.value.notSignedIn };
  if (error.code === 'forbidden') return { wrong: words.value.notLetIn, detail: error.detail };
  return { wrong: refusalWords(error) };
}

const nameOf = (state: string) => `${NAME} ${state}`;

/** Keeps it, and forgets those who never came back. */
function keep(asked: Asked) {
  for (const name of Object.keys(localStorage).filter((name) => name.startsWith(NAME))) {
    const { at } = JSON.parse(localStorage.getItem(name) ?? '{}');
    if (!(at > Date.now() - LIFE_MS)) localStorage.removeItem(name);
  }
  localStorage.setItem(nameOf(asked.state), JSON.stringify(asked));
}

function take(state: string): Asked | null {
  const text = localStorage.getItem(nameOf(state));
  localStorage.removeItem(nameOf(state));
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
