// Pictures of each page as it is when it is empty, busy, shows an error, and is offline: for a desk's
// screen and a phone, in light and dark, in English, and the busy ones in German. Everything fits in
// all of them. `npm run pictures` leaves them in pictures/.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Crowd, signIn } from './crowd.ts';
import { type Stage, stage } from './desks.ts';
import { isFine, sizeOf } from './looks.ts';
import { busyDesk, furnish, history, morning } from './scenes.ts';
import type { Site } from './site.ts';

let at: Stage;
let crowd: Crowd;

beforeAll(async () => {
  at = await stage();
  crowd = new Crowd(at.baton);
  await at.publish((config) => {
    furnish(config);
    // Open at every hour of the test, with offers that outlast their pictures.
    delete config.queues.billing!.hours;
    config.agents.agent1!.capacity = 1_250;
    config.agents.agent2!.capacity = 8_000;
    for (const queue of Object.values(config.queues)) {
      queue.policies = { ...queue.policies, offer_s: 120, wrapup_s: 0 };
    }
  });
}, 60_000);
afterEach(async () => {
  const errors = [...at.errors];
  await crowd.leave();
  await at.clear();
  expect(errors).toEqual([]);
});
afterAll(() => at?.down());

type Locale = 'en' | 'de';
interface Look {
  width: number;
  locale: Locale;
}

const WIDTHS = [1440, 360];

/** A page of somebody's, as wide and in such a language. */
async function page({ width, locale }: Look, sub?: string, role = 'agent'): Promise<Page> {
  const it = await at.page({ viewport: sizeOf(width), locale, reducedMotion: 'reduce' });
  if (sub) await signIn(it, at.baton.token(role, sub));
  return it;
}

/** Takes pictures of what is opened, in each look; the busy ones in German too. */
async function take(name: string, open: (look: Look) => Promise<Page>) {
  const locales: Locale[] = name.endsWith('busy') ? ['en', 'de'] : ['en'];
  for (const locale of locales) {
    for (const width of WIDTHS) {
      const opened = await open({ width, locale });
      for (const colorScheme of ['light', 'dark'] as const) {
        if (locale === 'de' && colorScheme === 'dark') continue;
        await opened.emulateMedia({ colorScheme });
        const suffix = locale === 'en' ? '' : `-${locale}`;
        await isFine(opened, `${name}-${width}-${colorScheme}${suffix}`);
      }
      await opened.context().close();
    }
  }
}

/** Words in the language of the look. */
const say = ({ locale }: Look, en: string, de: string) => (locale === 'en' ? en : de);

/** No way to Baton any more. */
async function cut(network: Site, it: Page) {
  network.outage(Number.POSITIVE_INFINITY);
  await it.getByText('No connection.').first().waitFor();
}

// The first of them, while nothing has happened that the board could tell.
describe('board', { timeout: 120_000 }, () => {
  const visit = async (look: Look, hours = false) => {
    at.network('lead1').outage(0);
    const it = await page(look, 'lead1', 'supervisor');
    if (hours) await it.route('**/v1/queues/*/history', history);
    await it.goto(`${at.network('lead1').url}/board`);
    await it.locator('[data-queue=billing]').waitFor();
    return it;
  };
  const busy = async (look: Look) => {
    const it = await visit(look, true);
    await it.locator('[data-queue=support_fr] svg.lucide-octagon-alert').waitFor();
    return it;
  };

  it('is empty', () => take('board-empty', (look) => visit(look)));
  it('is busy', async () => {
    await morning(crowd);
    await take('board-busy', busy);
  });
  it('shows an error', async () => {
    await morning(crowd);
    await take('board-error', async (look) => {
      const it = await busy(look);
      const json = { code: 'unavailable', detail: '', retry_after_s: 1 };
      await it.route('**/v1/queues?*', (route) => route.fulfill({ status: 503, json }));
      await it.getByText('No router').first().waitFor();
      return it;
    });
  });
  it('is offline', async () => {
    await morning(crowd);
    await take('board-offline', async (look) => {
      const it = await busy(look);
      await cut(at.network('lead1'), it);
      return it;
    });
  });
});

describe.each([
  ['start', (): string => `${at.network('customer').url}/start`],
  [
    'widget',
    (look: Look) => at.network('customer').page('data-queue="billing"', look.locale, 'calm'),
  ],
])('%s', { timeout: 120_000 }, (name, address) => {
  const visit = async (look: Look) => {
    const it = await page(look);
    await it.goto(address(look));
    await it.getByRole('button', { name: say(look, 'Open the chat', 'Chat öffnen') }).waitFor();
    return it;
  };
  const begin = async (look: Look, it: Page) => {
    await it.getByRole('button', { name: say(look, 'Open the chat', 'Chat öffnen') }).click();
    const about = it.getByLabel(say(look, 'What is it about?', 'Worum geht es?'));
    if (name === 'start') await about.selectOption({ label: 'Billing' });
    await it.getByLabel(say(look, 'Your name', 'Ihr Name')).fill('Dana Bergström');
    const text = say(
      look,
      'My invoice shows the chair twice.',
      'Auf meiner Rechnung steht der Stuhl zweimal.',
    );
    await it.getByLabel(say(look, 'How can we help?', 'Wie können wir helfen?')).fill(text);
    await it.getByRole('button', { name: say(look, 'Start chat', 'Chat beginnen') }).click();
  };
  const talk = async (look: Look) => {
    const it = await visit(look);
    await begin(look, it);
    const alice = await crowd.ready('agent1');
    const chat = await crowd.accept(alice);
    chat.send(say(look, 'Good morning! Let me see.', 'Guten Morgen! Ich sehe nach.'));
    const ben = await crowd.ready('agent2');
    await alice.add(chat.id, { agent: 'agent2' });
    const atBen = await crowd.accept(ben);
    const line = say(look, 'Line 3 was our mistake.', 'Zeile 3 war unser Fehler.');
    atBen.send(line);
    await it.getByText(line).first().waitFor();
    const field = it.getByLabel(say(look, 'Message', 'Nachricht'), { exact: true });
    await field.fill(say(look, 'Thank you both!', 'Danke Ihnen beiden!'));
    await field.press('Enter');
    atBen.readAll();
    await it
      .getByText(say(look, 'Read', 'Gelesen'), { exact: true })
      .first()
      .waitFor();
    await alice.leave(chat.id, { disposition: 'handed_over' });
    const left = say(look, 'Alice Weber has left.', 'Alice Weber hat');
    await it.getByText(left).first().waitFor();
    return it;
  };

  it('is empty', () =>
    take(`${name}-empty`, async (look) => {
      const it = await visit(look);
      if (name === 'widget') await it.getByRole('button', { name: 'Open the chat' }).click();
      return it;
    }));
  it('is busy', () => take(`${name}-busy`, talk));
  it('shows an error', () =>
    take(`${name}-error`, async (look) => {
      const it = await visit(look);
      const json = { code: 'rate_limited', title: '', detail: '', status: 429, retry_after_s: 60 };
      await it.route('**/v1/chats', (route) => route.fulfill({ status: 429, json }));
      await begin(look, it);
      await it.getByText('Too many chats from here.').waitFor();
      return it;
    }));
  it('is offline', () =>
    take(`${name}-offline`, async (look) => {
      at.network('customer').outage(0);
      const it = await talk(look);
      await cut(at.network('customer'), it);
      return it;
    }));
});

describe('desk', { timeout: 120_000 }, () => {
  const visit = async (look: Look, chat = '') => {
    at.network('agent1').outage(0);
    const it = await page(look, 'agent1');
    await it.goto(`${at.network('agent1').url}/desk${chat && `#/chat/${chat}`}`);
    await it.getByRole('button', { name: /^Status:/ }).waitFor();
    if (chat) await it.getByRole('log').getByText('Dana').first().waitFor();
    return it;
  };
  it('is empty', () => take('desk-empty', (look) => visit(look)));
  it('is busy', async () => {
    const { id } = await busyDesk(crowd);
    await take('desk-busy', async (look) => {
      const it = await visit(look, id);
      await it.locator('[data-offer]').first().waitFor();
      return it;
    });
  });
  it('shows an error', async () => {
    const { id } = await busyDesk(crowd);
    await take('desk-error', async (look) => {
      const it = await page(look, 'agent1');
      await it.addInitScript(() => {
        // What the server does not take.
        const { send } = WebSocket.prototype;
        WebSocket.prototype.send = function (data) {
          const isLine = String(data).includes('"chat.send"');
          send.call(this, isLine ? String(data).replace('"text":"', '"txt":"') : data);
        };
      });
      await it.goto(`${at.network('agent1').url}/desk#/chat/${id}`);
      const field = it.getByLabel('Message', { exact: true });
      await field.fill('Is there anything else that I can do for you?');
      await field.press('Enter');
      await it.getByText('Not sent.').first().waitFor();
      return it;
    });
  });
  it('is offline', async () => {
    const { id } = await busyDesk(crowd);
    await take('desk-offline', async (look) => {
      const it = await visit(look, id);
      await cut(at.network('agent1'), it);
      const field = it.getByLabel('Message', { exact: true });
      await field.fill('Is there anything else that I can do for you?');
      await field.press('Enter');
      await it.getByRole('log').getByTitle('Sending …').waitFor();
      return it;
    });
  });
});

describe('admin', { timeout: 120_000 }, () => {
  const visit = async (look: Look, path: string) => {
    at.network('admin').outage(0);
    const it = await page(look, 'admin', 'admin');
    await it.goto(`${at.network('admin').url}/admin#${path}`);
    await it.getByRole('heading', { level: 2 }).first().waitFor();
    await it.getByText(/^(Loading|Die Konfiguration wird)/).waitFor({ state: 'detached' });
    return it;
  };
  const isChecked = (it: Page) =>
    expect.poll(() => it.getByText(/^(Checking|Wird geprüft)/).count()).toBe(0);
  const change = async (look: Look) => {
    const it = await visit(look, '/queues/billing');
    const name = it.locator('[id="queues.billing.name"]');
    await name.fill('Billing and refunds');
    await it.getByRole('link', { name: /1 (change|Änderung)/ }).waitFor();
    await isChecked(it);
    return it;
  };

  it('is empty', () =>
    take('admin-empty', async (look) => {
      const it = await page(look, 'admin', 'admin');
      const json = { code: 'not_found', detail: '' };
      await it.route('**/v1/config', (route) => route.fulfill({ status: 404, json }));
      await it.route('**/v1/config/versions', (route) => route.fulfill({ json: { versions: [] } }));
      await it.goto(`${at.network('admin').url}/admin`);
      await it.getByText('This workspace has no configuration yet').waitFor();
      await isChecked(it);
      return it;
    }));
  it('is busy', () => take('admin-busy', change));
  it('shows an error', () =>
    take('admin-error', async (look) => {
      const it = await visit(look, '/agents/agent1');
      await it.getByLabel('Level', { exact: true }).first().fill('20');
      await it.getByText('1 error').locator('visible=true').first().waitFor();
      return it;
    }));
  it('is offline', () =>
    take('admin-offline', async (look) => {
      const it = await change(look);
      at.network('admin').outage(Number.POSITIVE_INFINITY);
      // Without a socket it looks now and then, and when the browser says that there is news.
      await it.evaluate(() => dispatchEvent(new Event('online')));
      await it.getByText('No connection.').first().waitFor();
      return it;
    }));
});
