// An agent's statuses and their reasons, called the same wherever they are shown.

import type { Status } from '@baton/client';
import { inLanguage } from './language.ts';

interface Names {
  statuses: Record<Status, string>;
  /** Those that are known; others are what somebody wrote. */
  reasons: Record<string, string>;
}

const en: Names = {
  statuses: { ready: 'Ready', not_ready: 'Not ready', logged_out: 'Logged out' },
  reasons: {
    break: 'Break',
    lunch: 'Lunch',
    meeting: 'Meeting',
    training: 'Training',
    login: 'Just signed in',
    no_answer: 'An offer was not answered',
    forced: 'Set by a supervisor',
    lost: 'Connection lost',
  },
};

const de: Names = {
  statuses: { ready: 'Bereit', not_ready: 'Nicht bereit', logged_out: 'Abgemeldet' },
  reasons: {
    break: 'Pause',
    lunch: 'Mittagspause',
    meeting: 'Besprechung',
    training: 'Schulung',
    login: 'Gerade angemeldet',
    no_answer: 'Ein Angebot blieb unbeantwortet',
    forced: 'Von einem Supervisor gesetzt',
    lost: 'Verbindung verloren',
  },
};

const names = inLanguage({ en, de });

export const statusName = (status: Status): string => names.value.statuses[status];

/** A reason's name; what is none of the known ones stands as it was written. */
export const reasonName = (reason: string): string => names.value.reasons[reason] ?? reason;

/** For German sentences. */
export const GERMAN_REASONS = de.reasons;
