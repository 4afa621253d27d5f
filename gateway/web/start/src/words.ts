// The start page's words.

import { inLanguage } from '../../shared/src/language.ts';

const en = {
  about: 'Customer chats find the right agent, are passed on, and are never dropped.',
  desk: { name: 'Agent’s desk', about: 'Take chats, talk, transfer them with “+” and End Chat.' },
  board: { name: 'Board', about: 'Queues and agents as they are now; watch, coach, barge in.' },
  admin: { name: 'Administration', about: 'Queues, skills, agents, hours, messages, rules.' },
  widget: 'Be the customer: the button in the corner is the widget, as any site would carry it.',
};

const de: typeof en = {
  about: 'Kundenchats finden die richtigen Leute, werden weitergegeben und gehen nie verloren.',
  desk: {
    name: 'Arbeitsplatz',
    about: 'Chats annehmen, sprechen, mit „+“ und „Chat beenden“ weitergeben.',
  },
  board: {
    name: 'Übersicht',
    about: 'Warteschlangen und Leute, wie es jetzt steht; mitlesen, helfen.',
  },
  admin: {
    name: 'Verwaltung',
    about: 'Warteschlangen, Fähigkeiten, Leute, Zeiten, Texte, Regeln.',
  },
  widget:
    'Seien Sie die Kundin: Der Knopf in der Ecke ist das Widget, wie es jede Seite tragen kann.',
};

export const words = inLanguage({ en, de });
