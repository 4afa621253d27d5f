// The words of what the pages share.

import { inLanguage } from './language.ts';

const en = {
  language: 'Language',
  theme: 'Theme',
  themes: { system: 'System', light: 'Light', dark: 'Dark' },
  close: 'Close',
  places: { desk: 'Desk', board: 'Board', admin: 'Administration' },
  placesAbout: {
    desk: 'Take chats and talk',
    board: 'Queues and agents as they are now',
    admin: 'Queues, agents, hours, rules',
  },
  otherPages: 'Other pages',
  broken: 'Something on this page went wrong.',
  loadAgain: 'Load again',
  signIn: 'Sign in',
  signInAgain: 'Sign in again',
  pick: 'This is a development server. Who are you?',
  needsKey:
    'To pick who you are on a development server, open the address that “baton up” printed.',
  roles: { customer: 'Customer', agent: 'Agent', supervisor: 'Supervisor', admin: 'Administrator' },
  noToken: 'This is no token. “baton token” prints one.',
  token: 'Token',
  withToken: 'Sign in with a token',
  failed: 'That did not work.',
  atService: 'Sign in with your organisation',
  signingIn: 'Signing in …',
  notSignedIn: 'You have not signed in there. Try once more.',
  notLetIn:
    'You have signed in there, but your account lacks what this page needs. For whoever looks after it:',
  notReached: 'Where you sign in cannot be reached at the moment.',
  signedInAgain: 'You are signed in again. You can close this window.',
  inWindow: 'Sign in in the window that has opened; this page then goes on by itself.',
  notEncrypted: 'Signing in there needs an encrypted page: open this one with https.',
  endsAt: (time: string) =>
    `Your sign-in ends at ${time}. Sign in again to go on without a break; what you have written stays.`,
  hasEnded: 'Your sign-in has run out. What you have written stays: sign in again to go on.',
  goOn: 'Go on',
  freshToken: 'A fresh token',
  notTaken: 'The server does not take this token.',
  notYours: 'This token is somebody else’s. To change who you are, sign out first.',
  noConnection: 'No connection. What you do is kept and done when it is back.',
  connecting: 'Connecting …',
  tryNow: 'Try now',
  closed: 'The connection was closed.',
  notes: {
    title: 'Notes',
    outcome: 'Outcome',
    kinds: { handover: 'on handing over', wrapup: 'in wrap-up' },
  },
  ended: {
    replaced: 'You are connected in another window.',
    token_expired: 'Your sign-in has run out.',
    invalid: 'The server does not accept this sign-in.',
  } as Record<string, string>,
};

// The German pages call one thing by one word: agent Agent, supervisor Supervisor, customer Kunde,
// queue Warteschlange, skill Fähigkeit, offer Angebot, wrap-up Nacharbeit, transfer Übergabe, "+"
// Dazuholen, End Chat Chat beenden, service level Servicelevel, configuration's draft Entwurf,
// desk Arbeitsplatz, board Übersichtstafel, administration Verwaltung.
const de: typeof en = {
  language: 'Sprache',
  theme: 'Farben',
  themes: { system: 'System', light: 'Hell', dark: 'Dunkel' },
  close: 'Schließen',
  places: { desk: 'Arbeitsplatz', board: 'Übersichtstafel', admin: 'Verwaltung' },
  placesAbout: {
    desk: 'Chats annehmen und sprechen',
    board: 'Warteschlangen und Agenten, wie es jetzt steht',
    admin: 'Warteschlangen, Agenten, Zeiten, Regeln',
  },
  otherPages: 'Andere Seiten',
  broken: 'Auf dieser Seite ging etwas schief.',
  loadAgain: 'Neu laden',
  signIn: 'Anmelden',
  signInAgain: 'Neu anmelden',
  pick: 'Dies ist ein Entwicklungsserver. Wer sind Sie?',
  needsKey:
    'Um auf einem Entwicklungsserver zu wählen, wer Sie sind, öffnen Sie die Adresse, die „baton up“ ausgegeben hat.',
  roles: { customer: 'Kunde', agent: 'Agent', supervisor: 'Supervisor', admin: 'Administrator' },
  noToken: 'Das ist kein Token. „baton token“ gibt eines aus.',
  token: 'Token',
  withToken: 'Mit einem Token anmelden',
  failed: 'Das hat nicht geklappt.',
  atService: 'Über Ihre Organisation anmelden',
  signingIn: 'Anmeldung läuft …',
  notSignedIn: 'Sie haben sich dort nicht angemeldet. Versuchen Sie es noch einmal.',
  notLetIn:
    'Sie haben sich dort angemeldet, aber Ihrem Konto fehlt etwas, das diese Seite braucht. Für alle, die es verwalten:',
  notReached: 'Die Anmeldung ist gerade nicht erreichbar.',
  signedInAgain: 'Sie sind wieder angemeldet. Dieses Fenster können Sie schließen.',
  inWindow:
    'Melden Sie sich in dem Fenster an, das sich geöffnet hat; diese Seite macht dann von selbst weiter.',
  notEncrypted: 'Die Anmeldung dort braucht eine verschlüsselte Seite: Öffnen Sie diese mit https.',
  endsAt: (time) =>
    `Ihre Anmeldung endet um ${time}. Melden Sie sich neu an, um ohne Pause weiterzuarbeiten; was Sie geschrieben haben, bleibt.`,
  hasEnded:
    'Ihre Anmeldung ist abgelaufen. Was Sie geschrieben haben, bleibt: Melden Sie sich neu an, um weiterzuarbeiten.',
  goOn: 'Weiter',
  freshToken: 'Ein frisches Token',
  notTaken: 'Der Server nimmt dieses Token nicht an.',
  notYours: 'Dieses Token gehört jemand anderem. Um zu wechseln, melden Sie sich zuerst ab.',
  noConnection: 'Keine Verbindung. Was Sie tun, wird aufbewahrt und dann ausgeführt.',
  connecting: 'Verbindung wird hergestellt …',
  tryNow: 'Jetzt versuchen',
  closed: 'Die Verbindung wurde beendet.',
  notes: {
    title: 'Notizen',
    outcome: 'Ergebnis',
    kinds: { handover: 'bei der Übergabe', wrapup: 'in der Nacharbeit' },
  },
  ended: {
    replaced: 'Sie sind in einem anderen Fenster verbunden.',
    token_expired: 'Ihre Anmeldung ist abgelaufen.',
    invalid: 'Der Server nimmt diese Anmeldung nicht an.',
  },
};

export const words = inLanguage({ en, de });
