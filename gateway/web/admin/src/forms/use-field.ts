// What every field of a form has: its value in the draft, what is found there, whether it differs
// from what is published.

import type { Finding } from '@baton/client';
import { useEditor } from '../editing.ts';
import { published } from '../model/draft.ts';
import { type At, textOf } from '../model/place.ts';
import { getAt, isDefault, isSame, type Json } from '../model/value.ts';

export interface FieldState<T> {
  /** Of the control, and what leads findings to it. */
  id: string;
  value: T | undefined;
  /** `undefined` leaves the field out. */
  set(value: T | undefined): void;
  findings: readonly Finding[];
  isChanged: boolean;
  /** For the control. */
  aria: { 'aria-invalid'?: true; 'aria-describedby'?: string };
}

export function useField<T extends Json>(at: At): FieldState<T> {
  const { draft, check } = useEditor();
  const id = textOf(at);
  const value = draft.read(at) as T | undefined;
  const findings = check.of(at);
  const before = getAt(published(draft.base.value.config, at.place), at.path);
  const name = String(at.path.at(-1) ?? at.place);
  const isIdle = isDefault(name, before) && isDefault(name, value);
  const isWrong = findings.some((finding) => finding.severity === 'error');
  return {
    id,
    value,
    set: (next) => draft.edit(at, next),
    findings,
    isChanged: !isIdle && !isSame(before, value),
    aria: {
      ...(isWrong && { 'aria-invalid': true }),
      'aria-describedby': `${id}~more`,
    },
  };
}
