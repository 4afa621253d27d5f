// Looks whether somebody else has published: each half minute, and whenever the page comes back to
// the front. Without a draft the page simply follows; with one, its person decides.

import { asBatonError, type Http, listVersions, type VersionRow } from '@baton/client';
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Draft } from './draft.ts';
import { newest } from './publishing.ts';

const EVERY_MS = 30_000;
/** While nobody answers. */
const OFFLINE_MS = 3_000;

export interface Newer {
  /** A version that is newer than the draft's base. */
  readonly version: ReadonlySignal<VersionRow | null>;
  /** Nobody answers. */
  readonly isOffline: ReadonlySignal<boolean>;
  /** The sign-in has run out. */
  readonly isSignedOut: ReadonlySignal<boolean>;
  look(): Promise<void>;
  close(): void;
}

export function newer(http: Http, draft: Draft): Newer {
  const version = signal<VersionRow | null>(null);
  const isOffline = signal(false);
  const isSignedOut = signal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  const found = async (row: VersionRow | undefined) => {
    const isNewer = row !== undefined && row.version > draft.base.peek().version;
    if (isNewer && draft.edits().size === 0) {
      draft.rebase(await newest(http));
      version.value = null;
    } else {
      version.value = isNewer ? row : null;
    }
  };
  const look = async () => {
    clearTimeout(timer);
    try {
      const { versions } = await listVersions(http, undefined, { patienceMs: 0 });
      isOffline.value = false;
      if (!isClosed) await found(versions[0]);
    } catch (thrown) {
      const { code } = asBatonError(thrown);
      isSignedOut.value = code === 'unauthenticated';
      isOffline.value = code === 'network' || code === 'timeout';
    }
    again();
  };
  const again = () => {
    clearTimeout(timer);
    if (!isClosed) timer = setTimeout(look, isOffline.value ? OFFLINE_MS : EVERY_MS);
  };
  const wake = () => {
    if (document.visibilityState === 'visible') void look();
  };
  const lost = () => {
    isOffline.value = true;
    again();
  };
  document.addEventListener('visibilitychange', wake);
  addEventListener('online', wake);
  addEventListener('offline', lost);
  void look();
  return {
    version,
    isOffline,
    isSignedOut,
    look,
    close() {
      isClosed = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', wake);
      removeEventListener('online', wake);
      removeEventListener('offline', lost);
    },
  };
}
