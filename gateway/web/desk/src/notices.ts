// Short news over the page that nothing else shows: an offer that went, a colleague's answer.

import { signal } from '@preact/signals';

const STAYS_MS = 8_000;

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
  notices.value = [...notices.value.slice(-2), notice];
  const isPassing = notice.look === 'plain' && !notice.action && !notice.stays;
  if (isPassing) setTimeout(() => putAway(notice.id), STAYS_MS);
}

export function putAway(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}
