// The server's refusals in plain words, with what to do. A page has its own where it knows more.

import type { BatonError, ErrorCode } from '@baton/client';
import { inLanguage } from './language.ts';

type Sentences = Record<ErrorCode, string>;

const en: Sentences = {
  invalid: 'The server does not accept this as it is. Please check what you entered.',
  unauthenticated: 'You are not signed in any more. Please sign in again.',
  forbidden: 'You may not do that.',
  not_found: 'It is not there (any more).',
  queue_not_found: 'This queue does not exist any more.',
  agent_not_found: 'This colleague does not exist any more.',
  chat_closed: 'This chat is over.',
  queue_full: 'This queue is full. Choose another, or try again later.',
  queue_closed: 'This queue is closed now. Choose another.',
  no_eligible_agent: 'Nobody there can take it now. Choose somebody else.',
  offer_stale: 'That is settled already.',
  would_orphan: 'The customer would be left alone. Choose who takes over first.',
  hop_limit: 'This chat has been passed on too often. Please finish it here.',
  already_participant: 'They are in this chat, or invited, already.',
  at_capacity: 'They have no room for another chat now. Ask them, or choose somebody else.',
  conflict: 'Something else came first. Look at how it stands now, then try again.',
  too_large: 'That is too much at once. Please shorten it.',
  rate_limited: 'That was too fast. Please wait a moment.',
  unavailable: 'Baton cannot do that right now. Nothing is lost; please try again soon.',
  internal: 'Something went wrong on the server. Please try again.',
  network: 'There is no connection. Please try again when it is back.',
  timeout: 'There was no answer. See whether it was done before you try again.',
  ended: 'The connection is closed. Please sign in again.',
};

const de: Sentences = {
  invalid: 'Der Server nimmt das so nicht an. Bitte prüfen Sie die Eingabe.',
  unauthenticated: 'Sie sind nicht mehr angemeldet. Bitte melden Sie sich neu an.',
  forbidden: 'Das dürfen Sie nicht.',
  not_found: 'Das gibt es nicht (mehr).',
  queue_not_found: 'Diese Warteschlange gibt es nicht mehr.',
  agent_not_found: 'Diese Kollegin oder diesen Kollegen gibt es nicht mehr.',
  chat_closed: 'Dieser Chat ist beendet.',
  queue_full: 'Diese Warteschlange ist voll. Wählen Sie eine andere, oder versuchen Sie es später.',
  queue_closed: 'Diese Warteschlange ist gerade geschlossen. Wählen Sie eine andere.',
  no_eligible_agent: 'Dort kann es gerade niemand annehmen. Wählen Sie jemand anderen.',
  offer_stale: 'Das ist schon erledigt.',
  would_orphan: 'Der Kunde bliebe allein. Wählen Sie zuerst, wer übernimmt.',
  hop_limit: 'Dieser Chat wurde zu oft übergeben. Bitte schließen Sie ihn hier ab.',
  already_participant: 'Schon in diesem Chat oder schon eingeladen.',
  at_capacity:
    'Dort ist gerade kein Platz für einen weiteren Chat. Fragen Sie nach, oder wählen Sie jemand anderen.',
  conflict:
    'Etwas anderes kam zuvor. Sehen Sie nach, wie es jetzt steht, und versuchen Sie es dann noch einmal.',
  too_large: 'Das ist zu viel auf einmal. Bitte kürzen Sie es.',
  rate_limited: 'Das ging zu schnell. Bitte warten Sie einen Moment.',
  unavailable:
    'Baton kann das gerade nicht tun. Nichts ist verloren; bitte versuchen Sie es gleich noch einmal.',
  internal: 'Auf dem Server ging etwas schief. Bitte versuchen Sie es noch einmal.',
  network: 'Es gibt keine Verbindung. Bitte versuchen Sie es, wenn sie wieder da ist.',
  timeout:
    'Es kam keine Antwort. Sehen Sie nach, ob es getan wurde, bevor Sie es noch einmal versuchen.',
  ended: 'Die Verbindung ist beendet. Bitte melden Sie sich neu an.',
};

const sentences = inLanguage({ en, de });

export function refusalWords(error: BatonError): string {
  return sentences.value[error.code] ?? sentences.value.internal;
}
