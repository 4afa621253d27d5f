// German: what the desk says in and about a chat.

import { inARow } from '../../../../shared/src/names.ts';
import type { work as English } from '../en/work.ts';

export const work: typeof English = {
  chat: {
    choose: 'Wählen Sie einen Chat.',
    chooseHint: 'Alt ↑ und Alt ↓ gehen durch Ihre Chats, ? zeigt alle Tastenkürzel.',
    gone: 'Dieser Chat ist nicht mehr bei Ihnen.',
    with: (names) => `mit ${names}`,
    customerAway: 'Der Kunde ist gerade nicht verbunden.',
    contact: 'Kontakt',
    add: 'Dazuholen',
    addLong: 'Agenten oder Warteschlange dazuholen',
    log: 'Verlauf',
    earlier: 'Frühere Zeilen zeigen',
    newLines: 'Neue Zeilen',
    typing: (names) => `${inARow(names, 'und')} ${names.length > 1 ? 'schreiben' : 'schreibt'} …`,
    whisper: 'Nur Kollegen sehen das',
    noteFrom: (name) => `Notiz von ${name}`,
    yourNote: 'Ihre Notiz',
    auto: 'Automatisch',
    state: {
      pending: 'Wird gesendet …',
      sent: 'Zugestellt',
      read: 'Gelesen',
      failed: 'Nicht gesendet.',
    },
    retry: 'Noch einmal senden',
    discard: 'Verwerfen',
    more: 'Alles zeigen',
    less: 'Weniger zeigen',
    coaching: 'Supervisor',
  },

  composer: {
    message: 'Nachricht',
    toCustomer: 'Kunde',
    toColleagues: 'Kollegen',
    audience: 'Wer es sieht',
    hint: 'An den Kunden schreiben. / für Textbausteine',
    whisperHint: 'An Kollegen in diesem Chat schreiben. Der Kunde sieht es nicht.',
    send: 'Senden',
    canned: 'Textbausteine',
    left: (n) => `noch ${n} Zeichen`,
    noMatch: 'Kein Textbaustein passt.',
  },

  canned: {
    title: 'Textbausteine',
    about:
      'In diesem Browser aufbewahrt. Tippen Sie / und den Namen in eine Nachricht. {customer} und {me} werden zu Namen.',
    name: 'Name',
    text: 'Text',
    add: 'Baustein hinzufügen',
    edit: 'Bearbeiten',
    remove: 'Entfernen',
    none: 'Es gibt noch keine.',
    seed: [
      ['hallo', 'Guten Tag {customer}, hier ist {me}. Wie kann ich Ihnen helfen?'],
      ['moment', 'Einen Moment bitte, ich sehe es mir an.'],
      ['weiter', 'Ich hole jemanden dazu, der sich damit besser auskennt.'],
      ['noch', 'Kann ich sonst noch etwas für Sie tun?'],
      ['bye', 'Danke für Ihre Geduld, {customer}. Einen schönen Tag noch!'],
    ],
  },

  invite: {
    title: 'Einladungen',
    asked: (name) => `${name} wird gefragt …`,
    waits: (queue) => `Wartet in ${queue}`,
    position: (n) => `Nummer ${n}`,
    takeBack: 'Zurücknehmen',
    accepted: (name) => `${name} hat angenommen.`,
    declined: (name) => `${name} hat abgelehnt.`,
    expired: (name) => `${name} hat nicht geantwortet.`,
    cancelled: (name) => `Die Einladung von ${name} ist hinfällig.`,
    reasons: {
      cancelled: 'Sie wurde zurückgenommen.',
      customer_left: 'Der Kunde ist gegangen.',
      agent_lost: 'Die Verbindung dorthin brach ab.',
      agent_not_ready: 'Dort ist man nicht mehr bereit.',
      superseded: 'Der Chat ging einen anderen Weg.',
      removed: 'Entfernt.',
    },
    askOther: 'Jemand anderen fragen',
  },

  add: {
    title: 'Agenten oder Warteschlange dazuholen',
    directory: 'Agenten und Warteschlangen',
    search: 'Nach Namen oder Fähigkeiten suchen',
    results: 'Agenten und Warteschlangen',
    queues: 'Warteschlangen',
    agents: 'Agenten',
    none: 'Niemand und nichts passt dazu.',
    more: (n) => `${n} weitere. Suchen Sie, um sie zu sehen.`,
    pick: 'Wählen Sie, wer dazukommen soll, und sehen Sie, was geschähe.',
    here: 'in diesem Chat',
    asked: 'schon gefragt',
    you: 'Sie',
    open: 'geöffnet',
    closed: 'geschlossen',
    waiting: (n) => (n === 0 ? 'niemand wartet' : `${n} warten`),
    available: (free, able) => `${free} frei von ${able}`,
    nobody: 'niemand bereit',
    room: (percent) => (percent > 0 ? `${percent} % frei` : 'kein Platz'),
    activity: {
      idle: 'untätig',
      offered: 'wird gefragt',
      handling: 'in Chats',
      wrapup: 'Nacharbeit',
    },
    offline: 'nicht verbunden',
    note: 'Notiz für die Übernahme (der Kunde sieht sie nicht)',
    add: 'Dazuholen',
    addHint: 'Sie bleiben im Chat, bis Sie ihn beenden.',
    transfer: 'Sofort übergeben',
    transferHint: 'Sie verlassen den Chat sofort.',
    message: 'Schreiben',
    asking: 'Es wird gefragt, was geschähe …',
    held: 'Dort kann es gerade niemand annehmen. Es wartet, wer weiß wie lange.',
    confirm: 'Trotzdem übergeben',
  },

  facts: {
    chats: 'Chats',
    room: 'Platz',
    open: 'Zeiten',
  },

  quote: {
    title: (name) => `Was mit ${name} geschieht`,
    agent: {
      offered: (name) => `${name} ist bereit, hat Platz und wird sofort gefragt.`,
      notReady: (name) =>
        `${name} ist nicht bereit oder nicht verbunden und kann jetzt nicht gefragt werden.`,
      noRoom: (name) => `${name} hat gerade keinen Platz für einen weiteren Chat.`,
      queued: (name) => `${name} wird gefragt, sobald Platz ist.`,
    },
    able: (able, free) =>
      able === 0
        ? 'Niemand, der es annehmen könnte, ist angemeldet und bereit.'
        : `${able} ${able === 1 ? 'könnte' : 'könnten'} es annehmen, ${free === 0 ? 'niemand ist' : free === 1 ? '1 ist' : `${free} sind`} jetzt frei.`,
    offered: 'Es wird sofort jemandem davon angeboten.',
    queued: (position) =>
      position > 1
        ? `Es wartet als Nummer ${position}; ${position - 1} davor.`
        : 'Es ist als Nächstes an der Reihe.',
    wait: (half, most) =>
      `Die Hälfte solcher Chats wartet höchstens ${half}, neun von zehn ${most}.`,
    noWait: 'Wie lange das dauert, lässt sich noch nicht sagen.',
    held: 'Dazuholen geht, aber bleiben Sie dann beim Kunden: Beim Verlassen werden Sie noch einmal gefragt.',
    waitsAnyway: 'Es wartet, bis jemand kommt.',
    overflowed: (queue) => `Es geht stattdessen an ${queue}.`,
    trouble: {
      queue_full: 'Die Warteschlange ist voll.',
      queue_closed: 'Die Warteschlange ist geschlossen.',
    },
    refused: {
      queue_full: 'Abgelehnt: Die Warteschlange ist voll.',
      queue_closed: 'Abgelehnt: Die Warteschlange ist geschlossen.',
      no_eligible_agent: 'Abgelehnt: Niemand dort kann es annehmen.',
      at_capacity: 'Abgelehnt: Es ist kein Platz.',
      already_participant: 'Schon in diesem Chat oder eingeladen.',
      hop_limit: 'Abgelehnt: Dieser Chat wurde zu oft übergeben.',
      other: 'Abgelehnt.',
    },
  },

  end: {
    button: 'Chat beenden',
    title: 'Chat beenden',
    short: {
      colleagues: (names) => `${names} übernimmt`,
      queue: (queue) => `bleibt in ${queue}`,
      pending: (name) => `${name} hat nicht geantwortet`,
      customer: 'für den Kunden',
    },
    colleagues: (names, customer) =>
      `Sie verlassen den Chat. ${names} macht mit ${customer} weiter.`,
    colleaguesMany: (names, customer) =>
      `Sie verlassen den Chat. ${names} machen mit ${customer} weiter.`,
    queue: (queue, customer) =>
      `Sie verlassen den Chat. ${customer} wartet in ${queue}, bis dort jemand annimmt.`,
    customer: (customer) => `Der Chat endet für ${customer}. Sonst ist niemand darin.`,
    pending: (name, customer) =>
      `${name} hat noch nicht geantwortet. Wenn Sie jetzt gingen, bliebe ${customer} allein.`,
    held: (queue, customer) =>
      `In ${queue} kann es gerade niemand annehmen. Wenn Sie gehen, wartet ${customer} dort, wer weiß wie lange.`,
    goColleagues: 'Chat verlassen',
    goQueue: 'In der Warteschlange lassen',
    goCustomer: 'Für den Kunden beenden',
    goHeld: 'Trotzdem verlassen',
    wait: 'Antwort abwarten',
    blind: (name) => `Jetzt gehen, ${name} entscheidet`,
    blindHint: 'Wird nicht angenommen, wartet der Chat in seiner Warteschlange.',
    cancelInvite: 'Einladung zurücknehmen',
    stay: 'Bleiben',
    all: 'Für alle beenden',
    changed: 'Der Chat hat sich inzwischen geändert. Das geschieht jetzt.',
    later: 'Das wird ausgeführt, sobald die Verbindung wieder da ist.',
    over: 'Dieser Chat ist beendet.',
  },

  removal: {
    told: {
      taken: (customer) => `Ein Supervisor hat Ihnen den Chat mit ${customer} entzogen.`,
      removed: (customer) => `Sie wurden aus dem Chat mit ${customer} entfernt.`,
    },
    taken: 'Ein Supervisor hat Ihnen diesen Chat entzogen.',
    removed: 'Sie wurden aus diesem Chat entfernt.',
  },

  wrapup: {
    title: 'Nacharbeit',
    over: 'Der Chat ist beendet.',
    moved: 'Der Chat geht ohne Sie weiter.',
    since: 'seit',
    hint: 'Sie endet nach einer Weile von selbst; bis dahin belegt sie Platz.',
    endsIn: 'endet in',
    untilHint: 'Bis dahin belegt sie Platz.',
    kept: 'Was Sie geschrieben haben, bleibt erhalten, wenn die Zeit um ist.',
    notKept: (name, text) =>
      `Was Sie zum Chat mit ${name} geschrieben haben, wurde nicht gespeichert: „${text}“`,
    notKeptBefore: (text) =>
      `Was Sie zu einem früheren Chat geschrieben haben, wurde nicht gespeichert: „${text}“`,
    disposition: 'Wie ging es aus?',
    none: 'Keine Angabe',
    other: 'Anderes Ergebnis',
    note: 'Notiz',
    done: 'Fertig',
  },
};
