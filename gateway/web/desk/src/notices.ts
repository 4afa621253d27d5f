// Short news over the page that nothing else shows: an offer that went, a colleague's answer.

import { signal } from '@preact/signals';

const STAYS_MS = 8_000;
/** So many at a time, unless more are to stay. */
const MOST = 3;

export interface Notice {
  id: number;
  look: 'plain' | 'bad';
  text: string;
  /** Until it is put away. */
  stays: boolean;
  /** Something to do about it. */
  action?: { words: string; run(): void };
}

export const notices = signal<readonly Notice[]>([]);
let count = 0;

export function tell(text: string, more: Partial<Notice> = {}): void {
  const notice: Notice = { id: ++count, look: 'plain', stays: false, text, ...more };
  notices.value = withRoom([...notices.value, notice]);
  if (isPassing(notice)) setTimeout(() => putAway(notice.id), STAYS_MS);
}

const isPassing = ({ look, action, stays }: Notice) => look === 'plain' && !action && !stays;

/** Too many cover the page: the oldest go first, those that would go anyway before the others. */
function withRoom(all: readonly Notice[]): readonly Notice[] {
  const older = all.slice(0, -1).filter(({ stays }) => !stays);
  const others = older.sort((a, b) => rank(a) - rank(b));
  const gone = new Set(others.slice(0, Math.max(0, all.length - MOST)));
  return all.filter((notice) => !gone.has(notice));
}

const rank = (notice: Notice) => (isPassing(notice) ? 0 : 1);

export function putAway(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}
