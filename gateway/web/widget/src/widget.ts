// The widget as a whole: a visit, and in the window what belongs to its stage, the form or the
// chat. Lives in a shadow root, so that neither page changes the other's look.

import { type Customer, customer, type KeyValue, type Platform, platformWith } from '@baton/client';
import { type ChatView, chatView } from './chat.ts';
import { active, h } from './dom.ts';
import { form } from './form.ts';
import { frame } from './frame.ts';
import { refusalOf } from './notes.ts';
import { configured, type WidgetOptions } from './options.ts';
import style from './style.css?inline';
import { languageOf, load, type Words } from './words/words.ts';

/** What the page can do with it. */
export interface Widget {
  open(): void;
  close(): void;
  readonly visit: Customer;
}

export async function widget(
  given: WidgetOptions,
  surroundings: Partial<Platform> = {},
): Promise<Widget> {
  const platform = platformWith(surroundings);
  const wished = [given.language ?? document.documentElement.lang, ...navigator.languages];
  const language = languageOf(wished);
  const asked = configured(given, language, platform);
  const catalogue = await load(given.url, language);
  const form = await asked;
  const options = { ...form, isShut: form?.open === false, ...given };
  const words = { ...catalogue, ...options.words };
  const name = `visit.${options.workspace ?? 'default'}`;
  const visit = customer({ url: options.url, storage: storage(), name, platform });
  const window = mount(options, words, language, visit);
  place(window.parts, language, `root ${options.theme ?? ''} ${options.side ?? ''}`);
  watchPage(visit);
  if (given.open && !window.isOpen()) window.open();
  return { open: window.open, close: window.close, visit };
}

/** The window, showing what belongs to the stage of the visit. */
function mount(
  options: WidgetOptions & { isShut: boolean },
  words: Words,
  language: string,
  visit: Customer,
) {
  let chat: ChatView | null = null;
  let isNew = false;
  const voice = h('p', { class: 'voice', role: 'status', 'aria-atomic': 'false' });
  const announce = (text: string) => {
    if (text) voice.append(h('span', {}, text));
    while (voice.childElementCount > 5) voice.firstChild?.remove();
  };
  const attributes = { language, ...options.attributes };
  const start = form(words, { ...options, attributes }, visit.start);
  const it = frame({
    words,
    opened: () => chat && show(),
    end: visit.end,
    focus: () => (chat ?? start).focus(),
  });
  const isSeen = () => it.isOpen() && !document.hidden;
  const show = () => {
    const stage = visit.stage.get();
    const hadFocus = it.body.contains(active(it.body));
    chat?.stop();
    chat = null;
    if (stage.stage === 'open') {
      // It is said; who one is stays for the next chat.
      start.text.value = '';
      const { conversation } = stage;
      const { endable } = it;
      chat = chatView({ words, language, visit, conversation, isNew, announce, isSeen, endable });
    } else it.endable(false);
    it.body.replaceChildren((chat ?? start).element);
    isNew = stage.stage === 'starting';
    start.busy(isNew);
    const code = stage.stage === 'refused' ? stage.error.code : options.isShut && 'queue_closed';
    start.refuse(code ? refusalOf(words, code) : '');
    if (hadFocus) (chat ?? start).focus();
  };

  const unread = () => it.unread(it.isOpen() ? 0 : visit.unread.get());
  visit.stage.subscribe(show);
  visit.unread.subscribe(unread);
  show();
  unread();
  return { ...it, parts: [...it.parts, voice] };
}

/** Puts everything into the page, in a style of its own. */
function place(parts: HTMLElement[], language: string, look: string) {
  const host = h('baton-widget' as 'div', { lang: language });
  const root = host.attachShadow({ mode: 'open' });
  // A sheet needs no permission from the page's policy; a style element would.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  root.append(h('div', { class: look }, ...parts));
  document.body.append(host);
}

/** Looks at once when the page is seen again or the network is back. */
function watchPage(visit: Customer) {
  const wake = () => {
    if (!document.hidden) visit.wake();
  };
  document.addEventListener('visibilitychange', wake);
  addEventListener('online', wake);
}

/** The page's own, if that is not forbidden. */
function storage(): KeyValue | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
