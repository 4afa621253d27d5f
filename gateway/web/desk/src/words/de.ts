// German: everything that the desk says.

import { inARow } from '../../../shared/src/names.ts';
import { frame } from './de/frame.ts';
import { work } from './de/work.ts';
import type { Words } from './en.ts';

export const de: Words = {
  desk: 'Arbeitsplatz',
  customer: 'Kunde',
  you: 'Sie',
  and: (names) => inARow(names, 'und'),
  wrongRole: 'Mit dieser Anmeldung geht es hier nicht: Der Arbeitsplatz ist für Agenten.',
  toBoard: 'Zur Übersichtstafel',
  slow: 'Baton antwortet gerade nicht. Was Sie wollten, wird aufbewahrt und ausgeführt, sobald es geht.',
  kept: 'Ihre Chats gehen weiter, und was Sie gerade schrieben, bleibt in diesem Tab.',
  loading: 'Wird geladen …',
  dismiss: 'Ausblenden',
  cancel: 'Abbrechen',
  save: 'Speichern',
  back: 'Zurück zur Liste',
  ...frame,
  ...work,
};
