// Which dialog is open over the desk: one at a time, opened from buttons and shortcuts alike.

import type { Id } from '@baton/client';
import { signal } from '@preact/signals';

export type DialogOpen =
  | { kind: 'add'; chat: Id }
  | { kind: 'end'; chat: Id }
  | { kind: 'directory' }
  | { kind: 'canned' }
  | { kind: 'help' }
  | { kind: 'sign-out'; chats: number };

export const dialog = signal<DialogOpen | null>(null);

export function closeDialog(): void {
  dialog.value = null;
}
