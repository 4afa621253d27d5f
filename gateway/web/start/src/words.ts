// The start page's words.

import { inLanguage } from '../../shared/src/language.ts';

const en = {
  about: 'Customer chats find the right agent, are passed on, and are never dropped.',
  try: 'Try it in three steps',
  newTab: 'opens in a new tab',
  steps: {
    desk: {
      name: 'Open the desk as Alice',
      about: 'Pick her to sign in, and set the status to Ready.',
    },
    widget: {
      name: 'Be the customer',
      about:
        'The button in the corner of this page is the widget, as any site would carry it. Open it and start a chat; it rings at the desk.',
    },
    board: {
      name: 'Open the board',
      about:
        'Sign in as Lena Hoffmann, the supervisor. Queues and agents as they are now; watch the chat, coach, barge in.',
    },
  },
  admin: {
    name: 'Administration',
    about: 'Queues, skills, agents, hours, messages, rules.',
  },
};

const de: typeof en = {
  about: 'Kundenchats finden die richtigen Leute, werden übergeben und gehen nie verloren.',
  try: 'In drei Schritten ausprobieren',
  newTab: 'öffnet sich in einem neuen Tab',
  steps: {
    desk: {
      name: 'Den Arbeitsplatz als Alice öffnen',
      about: 'Wählen Sie sie beim Anmelden, und melden Sie sich bereit.',
    },
    widget: {
      name: 'Kunde sein',
      about:
        'Der Knopf in der Ecke dieser Seite ist das Widget, wie es jede Seite tragen kann. Öffnen Sie es, und beginnen Sie einen Chat; er klingelt am Arbeitsplatz.',
    },
    board: {
      name: 'Die Übersichtstafel öffnen',
      about:
        'Melden Sie sich als Lena Hoffmann an, die Supervisorin. Warteschlangen und Agenten, wie es jetzt steht; mitlesen, einflüstern, einschalten.',
    },
  },
  admin: {
    name: 'Verwaltung',
    about: 'Warteschlangen, Fähigkeiten, Agenten, Zeiten, Texte, Regeln.',
  },
};

export const words = inLanguage({ en, de });
