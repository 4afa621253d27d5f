// Looks whether somebody else has published: each half minute, and whenever the page comes back to
// the front. Without a draft the page simply follows; with one, its person decides.

import {
  asBatonError,
  type ErrorCode,
  type Http,
  listVersions,
  type VersionRow,
} from '@baton/client';
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Draft } from './draft.ts';
import { newest } from './publishing.ts';

const EVERY_MS = 30_000;
/** While nobody answers. */
const TROUBLE_MS = 3_000;

/** Nobody answers, no router does, or the sign-in has run out. */
export type Trouble = 'offline' | 'no_router' | 'signed_out';

export interface Newer {
  /** A version that is newer than the draft's base. */
  readonly version: ReadonlySignal<VersionRow | null>;
  /** Why nobody could be asked. */
  readonly trouble: ReadonlySignal<Trouble | null>;
  look(): Promise<void>;
  close(): void;
}

export function newer(http: Http, draft: Draft): Newer {
  const version = signal<VersionRow | null>(null);
  const trouble = signal<Trouble | null>(null);
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
      trouble.value = null;
      if (!isClosed) await found(versions[0]);
    } catch (thrown) {
      trouble.value = troubleOf(asBatonError(thrown).code);
    }
    again();
  };
  const again = () => {
    clearTimeout(timer);
    if (!isClosed) timer = setTimeout(look, trouble.value ? TROUBLE_MS : EVERY_MS);
  };
  const wake = () => {
    if (document.visibilityState === 'visible') void look();
  };
  const lost = () => {
    trouble.value = 'offline';
    again();
  };
  document.addEventListener('visibilitychange', wake);
  addEventListener('online', wake);
  addEventListener('offline', lost);
  void look();
  return {
    version,
    trouble,
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

/** What keeps the page from its server; other refusals are told where they matter. */
function troubleOf(code: ErrorCode): Trouble | null {
  if (code === 'network' || code === 'timeout') return 'offline';
  if (code === 'unavailable') return 'no_router';
  return code === 'unauthenticated' ? 'signed_out' : null;
}
