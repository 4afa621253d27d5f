// Was Bereiche sagen, die mehr sind als Formulare.

import { counted, number } from './counted.de.ts';
import type { pages as english } from './pages.en.ts';

export const pages: typeof english = {
  rules: {
    none: 'Keine Regel: Chats gehen, wohin sie wollen.',
    rule: (count) => `Regel ${count}`,
    add: 'Neue Regel',
    toQueue: 'Dann in die Warteschlange',
    asAsked: 'Wie der Chat es verlangt',
    withPriority: 'Priorität',
    ofQueue: 'Die der Warteschlange',
    withSkills: 'Verlangte Fähigkeiten über die der Warteschlange hinaus',
    knows: 'Eine Bedingung ist in CEL geschrieben und kennt:',
    knowsAttributes: 'was der Chat mitbringt',
    knowsCustomer: 'seinen Kunden: id, name, email',
    knowsQueue: 'die verlangte Warteschlange',
    examples: 'Zum Beispiel:',
    filter: 'Regeln durchsuchen',
    nothing: 'ändert nichts',
  },
  widget: {
    queues: 'Warteschlangen zur Auswahl',
    queuesHint:
      'In dieser Reihenfolge. Keine: die Seite mit dem Widget entscheidet, sonst der Standard.',
    unlisted: 'Kunden können diese Warteschlange im Formular des Widgets nicht wählen.',
    fields: 'Was gefragt wird',
    fieldsHint: 'In dieser Reihenfolge, bevor der Chat beginnt.',
    none: 'Nichts wird gefragt: der Chat beginnt mit der ersten Nachricht.',
    add: 'Feld hinzufügen',
    label: 'Beschriftung',
    nameHint: 'name, email oder ein Merkmal des Chats.',
    options: 'Auswahl, eine je Zeile',
    preview: 'Wie Kunden es sehen',
    queueAsked: 'Worum geht es?',
    start: 'Chat beginnen',
  },
  overview: {
    holds: 'Was jetzt gilt',
    publishedBy: (name, when) => `veröffentlicht von ${name}, ${when}`,
    draft: 'Ihr Entwurf',
    draftNone: 'Keine Änderungen. Ändern Sie, was Sie wollen: nichts gilt vor dem Veröffentlichen.',
    first: 'Dieser Arbeitsbereich hat noch keine Konfiguration',
    firstMore: 'Beginnen Sie mit einer Warteschlange und einem Agenten, oder holen Sie eine Datei.',
    toImport: 'Eine Datei holen',
    toQueues: 'Die erste Warteschlange anlegen',
  },
  review: {
    nothing: 'Es gibt nichts zu veröffentlichen',
    nothingMore: 'Der Entwurf sagt dasselbe wie das Veröffentlichte.',
    lead: 'Was anders wird, sobald es veröffentlicht ist:',
    publish: 'Veröffentlichen',
    publishing: 'Wird veröffentlicht …',
    takenBack: 'Diese Änderung zurücknehmen',
    was: 'war',
    becomes: 'wird',
    nothingThere: '—',
    added: 'neu',
    removed: 'gelöscht',
    changed: 'geändert',
    reordered: 'andere Reihenfolge',
    more: (count) => `${number(count)} weitere zeigen`,
    faulty: 'Nichts wurde veröffentlicht: diese Fehler müssen zuerst behoben werden.',
    hasErrors: 'Der Entwurf hat Fehler und kann so noch nicht veröffentlicht werden.',
    published: (version) => `Fassung ${version} ist veröffentlicht und gilt jetzt.`,
    publishedWarnings: 'Einen Blick wert:',
    toHistory: 'Im Verlauf ansehen',
    failed: 'Nichts wurde veröffentlicht.',
    unknown:
      'Ob es veröffentlicht wurde, ist nicht bekannt. Versuchen Sie es noch einmal: es geschieht nicht zweimal.',
    keepIt:
      'Was gelöscht werden soll, hat noch offene Chats. Behalten Sie es, bis sie vorbei sind.',
  },
  newer: {
    banner: (version, name) =>
      `${name} hat Fassung ${version} veröffentlicht, während Sie am Entwurf waren.`,
    show: 'Ansehen, was anders ist',
    lead: (version, name) =>
      `${name} hat Fassung ${version} veröffentlicht. Ihr Entwurf ist unberührt.`,
    theirs: 'Was dort geändert wurde',
    theirsNone: 'Nichts von Bedeutung.',
    mine: 'Was Sie geändert haben',
    clashes: 'Das haben beide geändert',
    clashesHint: 'Wählen Sie, was gelten soll. Alles andere fügt sich von selbst zusammen.',
    clashesNone: 'Sie haben Verschiedenes geändert: es fügt sich von selbst zusammen.',
    keepMine: 'Ihres',
    takeTheirs: 'Das andere',
    go: 'Mit beidem fortfahren',
    throwMine: 'Meine Änderungen verwerfen',
    nothing: 'Ihr Entwurf beruht auf der neuesten Fassung.',
    somebody: 'Jemand',
  },
  history: {
    none: 'Noch nichts wurde veröffentlicht.',
    by: 'von',
    now: 'gilt jetzt',
    more: 'Ältere',
    toNow: 'Was die Rückkehr dazu ändern würde',
    itself: 'Was sie geändert hat',
    against: 'Vergleichen',
    same: 'Es gibt keinen Unterschied.',
    restore: 'Zu dieser Fassung zurück',
    restoreMore:
      'Sie wird Ihr Entwurf; Sie prüfen ihn und veröffentlichen ihn dann als neue Fassung.',
    replaces:
      'Ihre noch nicht veröffentlichten Änderungen werden ersetzt. Sie können das zurücknehmen.',
    gone: 'Diese Fassung wird nicht mehr aufbewahrt.',
    first: 'Sie ist die älteste, die noch aufbewahrt wird.',
  },
  file: {
    export: 'Export',
    exportDraft: 'Der Entwurf, mit Ihren Änderungen',
    exportPublished: 'Was veröffentlicht ist',
    import: 'Import',
    importHint: 'Die Datei wird Ihr Entwurf. Nichts gilt, bevor Sie prüfen und veröffentlichen.',
    choose: 'Eine JSON-Datei wählen',
    drop: 'oder hierher ziehen',
    wrong: 'Das ist keine Konfiguration: es muss ein JSON-Objekt mit „queues“ und „agents“ sein.',
    taken: (count) =>
      count === 0
        ? 'Die Datei sagt dasselbe wie Ihr Entwurf.'
        : `Die Datei ist jetzt Ihr Entwurf: ${counted(count, 'Änderung', 'Änderungen')}.`,
  },
  states: {
    loading: 'Die Konfiguration wird geladen …',
    offline:
      'Keine Verbindung. Sie können weiterarbeiten: der Entwurf bleibt hier. Geprüft und veröffentlicht wird wieder, wenn sie da ist.',
    noRouter:
      'Die Verteilung antwortet nicht. Sie können weiterarbeiten; das Veröffentlichen muss warten.',
    broken: 'Das lässt sich nicht zeigen',
    brokenMore:
      'Es hat nicht die erwartete Form, vielleicht durch eine Datei. Nehmen Sie das zurück, oder sehen Sie die Befunde an.',
    tryNow: 'Jetzt versuchen',
    signInAgain: 'Wieder anmelden',
    notKept:
      'Der Entwurf ist zu groß für diesen Browser. Exportieren Sie ihn, bevor Sie die Seite verlassen.',
    left: (changes, when) =>
      `Ein Entwurf mit ${counted(changes, 'Änderung', 'Änderungen')} ist noch hier (${when}).`,
    takeUp: 'Aufnehmen',
    throwAway: 'Verwerfen',
    forbidden: 'Diese Seite ist für die Verwaltung',
    forbiddenMore:
      'Sie sind angemeldet, aber Ihre Rolle darf die Konfiguration nicht lesen. Fragen Sie die Verwaltung, oder melden Sie sich so an.',
    failed: 'Die Konfiguration konnte nicht gelesen werden',
    retry: 'Noch einmal',
  },
  errors: {
    network: 'Der Server ist nicht erreichbar. Prüfen Sie die Verbindung, dann noch einmal.',
    timeout: 'Der Server braucht zu lange. Versuchen Sie es gleich noch einmal.',
    unavailable: 'Die Verteilung antwortet gerade nicht. Versuchen Sie es gleich noch einmal.',
    rate_limited: 'Zu viele Anfragen im Augenblick. Versuchen Sie es gleich noch einmal.',
    unauthenticated: 'Ihre Anmeldung ist abgelaufen. Melden Sie sich wieder an.',
    forbidden: 'Ihre Rolle darf das nicht. Fragen Sie die Verwaltung.',
    too_large: 'Die Konfiguration ist zu groß. Nehmen Sie etwas heraus.',
    conflict: 'Auf dem Server ist es anders, als diese Seite dachte. Laden Sie sie neu.',
    not_found: 'Es ist nicht mehr da.',
    internal: 'Der Server hat einen Fehler gemacht. Bleibt er, sagen Sie es den Betreibern.',
    invalid: 'Der Server nimmt das nicht an.',
  },
  otherError: 'Es hat nicht geklappt. Versuchen Sie es noch einmal.',
};
