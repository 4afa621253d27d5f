// What lets one sign in on a development server by picking who one is: it comes behind the `#` of
// the address that the server printed, and stays in this browser.

const KEY = 'baton.sign_in';
const MARK = '#sign-in=';

/** Takes it out of the address, where it would be seen and copied; called before anything is drawn. */
export function takeSignInKey(storage: Storage = localStorage): void {
  if (!location.hash.startsWith(MARK)) return;
  storage.setItem(KEY, location.hash.slice(MARK.length));
  history.replaceState(null, '', location.pathname + location.search);
}

/** Whether this is a machine's own page, where such a key would help. */
export const isAtHome = (host = location.hostname): boolean =>
  /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host);

export const signInKey = (storage: Storage = localStorage): string => storage.getItem(KEY) ?? '';
