// English: everything that the desk says.

import { inARow } from '../../../shared/src/names.ts';
import { frame } from './en/frame.ts';
import { work } from './en/work.ts';

export const en = {
  desk: 'Desk',
  customer: 'Customer',
  you: 'You',
  and: (names: readonly string[]) => inARow(names, 'and'),
  wrongRole: 'This sign-in is not an agent’s. The desk is for agents.',
  toBoard: 'To the board',
  slow: 'Baton does not answer right now. What you asked for is kept and done as soon as it does.',
  kept: 'Your chats go on, and what you were writing is kept in this tab.',
  loading: 'Loading …',
  dismiss: 'Dismiss',
  cancel: 'Cancel',
  save: 'Save',
  back: 'Back to the list',
  ...frame,
  ...work,
};

export type Words = typeof en;
