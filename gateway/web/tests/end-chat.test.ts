// End Chat says what it does, does that, and refuses or asks where the rules do.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  accept,
  add,
  clearOf,
  doneWrapup,
  endButton,
  endChat,
  heard,
  home,
  offered,
  type Stage,
  sees,
  stage,
  writes,
} from './desks.ts';

let at: Stage;

beforeAll(async () => {
  at = await stage();
}, 60_000);
afterEach(() => clearOf(at));
afterAll(() => at?.down());

async function talking() {
  const alice = await at.desk('agent1');
  const dana = await at.customer('billing');
  await accept(alice);
  return { alice, dana };
}

describe('End Chat', () => {
  it('with nobody else ends it for the customer, and does the wrap-up at once', async () => {
    const { alice, dana } = await talking();
    await alice.getByText('for the customer').waitFor();
    await endButton(alice).click();
    await alice.getByText('The chat ends for Dana. Nobody else is in it.').waitFor();
    await alice.getByRole('button', { name: 'Stay' }).click();
    await writes(dana, 'Still here');
    await sees(alice, 'Still here');
    await endButton(alice).click();
    await alice.getByRole('button', { name: 'Solved' }).click();
    await alice.getByLabel('Note', { exact: true }).fill('Paid back');
    await alice.getByRole('button', { name: 'End for the customer' }).click();
    await heard(dana, 'The chat has ended.');
    await home(alice);
  });

  it('leaves wrap-up to be done, with another outcome, where none was given', async () => {
    const { alice, dana } = await talking();
    await endChat(alice, 'End for the customer');
    await heard(dana, 'The chat has ended.');
    await alice.getByText('The chat was ended.').first().waitFor();
    await alice.getByText(/Wrap-up ends in/).waitFor();
    await alice.getByRole('button', { name: 'Another outcome' }).click();
    await alice.getByLabel('Another outcome').fill('wrong_shop');
    await doneWrapup(alice);
    await home(alice);
  });

  it('in a queue where nobody is asks first, and then leaves it there', async () => {
    const { alice, dana } = await talking();
    await add(alice, 'Sales');
    await alice.getByText('leave it in Sales').waitFor();
    await endChat(alice, 'Leave it in the queue');
    await alice.getByText(/^Nobody can take it in Sales right now\./).waitFor();
    await alice.getByRole('button', { name: 'Stay' }).click();
    await writes(alice, 'I am still with you');
    await heard(dana, 'I am still with you');
    await endChat(alice, 'Leave it in the queue');
    await alice.getByRole('button', { name: 'Leave all the same' }).click();
    await alice.getByText('The chat goes on without you.').waitFor();
    await heard(dana, 'You are next.');
    const deniz = await at.desk('agent4');
    await accept(deniz);
    await writes(deniz, 'Sales here');
    await heard(dana, 'Sales here');
  });

  it('with an unanswered invitation lets one wait', async () => {
    const { alice, dana } = await talking();
    const ben = await at.desk('agent2');
    await add(alice, 'Ben Okafor');
    await alice.getByText('Ben Okafor has not answered').waitFor();
    await endButton(alice).click();
    await alice.getByText(/If you left now, Dana would be alone/).waitFor();
    await alice.getByRole('button', { name: 'Wait for the answer' }).click();
    await accept(ben);
    await alice.getByText('leave it to Ben Okafor').waitFor();
    await endChat(alice, 'Leave the chat');
    await heard(dana, /You are now talking to Ben Okafor/);
  });

  it('… leave blindly, and the chat is offered to the one who was asked', async () => {
    const { alice, dana } = await talking();
    const ben = await at.desk('agent2');
    await add(alice, 'Ben Okafor');
    await offered(ben, 'Alice Weber invites you');
    await endChat(alice, 'Leave now, Ben Okafor decides');
    await alice.getByText('The chat goes on without you.').waitFor();
    await accept(ben);
    await writes(ben, 'Ben here');
    await heard(dana, 'Ben here');
  });

  it('… and waits in its queue where that one declines', async () => {
    const { alice, dana } = await talking();
    const ben = await at.desk('agent2');
    await add(alice, 'Ben Okafor');
    await offered(ben, 'Alice Weber invites you');
    await endChat(alice, 'Leave now, Ben Okafor decides');
    await alice.getByText('The chat goes on without you.').waitFor();
    await ben.getByRole('button', { name: /^Decline/ }).click();
    // There it is for everybody, also for who has left it.
    await alice.getByRole('button', { name: /^Decline/ }).click();
    await heard(dana, 'You are next.');
    const chloe = await at.desk('agent3');
    await accept(chloe);
    await writes(chloe, 'Chloé here');
    await heard(dana, 'Chloé here');
  });

  it.each(['agent', 'queue'])(
    'ends well when it and an accept meet, of an invited %s',
    async (kind) => {
      const { alice, dana } = await talking();
      const [sub, name] = kind === 'agent' ? ['agent2', 'Ben Okafor'] : ['agent3', 'Chloé Martin'];
      const other = await at.desk(sub!);
      await add(alice, kind === 'agent' ? name! : 'Support');
      await offered(
        other,
        kind === 'agent' ? 'Alice Weber invites you' : 'Transferred by Alice Weber',
      );
      await endButton(alice).click();
      const go = /^(Leave the chat|Leave it in the queue|Leave now)/;
      const leave = alice.getByRole('dialog').getByRole('button', { name: go });
      await Promise.all([leave.click(), accept(other)]);
      // What it meant changed under the hand: one looks, and then says it again.
      const isLeft = alice.getByText('The chat goes on without you.');
      await expect
        .poll(async () => {
          if (await isLeft.isVisible()) return true;
          if (await leave.isVisible()) await leave.click({ timeout: 1_000 }).catch(() => {});
          return false;
        })
        .toBe(true);
      await writes(other, 'Here I am');
      await heard(dana, 'Here I am');
      await heard(dana, new RegExp(`You are (now )?talking to ${name}`));
    },
  );

  it('… or take it back, and then end', async () => {
    const { alice, dana } = await talking();
    const ben = await at.desk('agent2');
    await add(alice, 'Ben Okafor');
    await offered(ben, 'Alice Weber invites you');
    await endChat(alice, 'Take the invitation back');
    await alice.getByText('The chat has changed meanwhile.').waitFor();
    await ben.getByText('The offer was taken back.').waitFor();
    const end = alice.getByRole('button', { name: 'End for the customer' });
    await expect
      .poll(async () => {
        if (await end.isVisible()) await end.click();
        return alice.getByRole('dialog').count();
      })
      .toBe(0);
    await heard(dana, 'The chat has ended.');
  });

  it('that has come to mean something else does not do it unseen', async () => {
    const { alice, dana } = await talking();
    const ben = await at.desk('agent2');
    await add(alice, 'Ben Okafor');
    await accept(ben);
    await alice.getByText('leave it to Ben Okafor').waitFor();
    await endButton(alice).click();
    await alice.getByText('Ben Okafor goes on with Dana.').waitFor();
    // A click that was meant for what stood there a moment ago.
    await alice.evaluate(() => {
      const dialog = document.querySelector('dialog')!;
      const look = new MutationObserver(() => {
        if (!dialog.textContent?.includes('The chat ends for Dana.')) return;
        look.disconnect();
        dialog.querySelector<HTMLElement>('[data-primary]')?.click();
      });
      look.observe(dialog, { subtree: true, childList: true, characterData: true });
    });
    await endChat(ben, 'Leave the chat');
    await alice.getByText('The chat has changed meanwhile.').waitFor();
    await alice.getByText('The chat ends for Dana.').waitFor();
    await alice.getByRole('button', { name: 'Stay' }).click();
    await writes(dana, 'Is anybody there?');
    await sees(alice, 'Is anybody there?');
  });

  it('ends for everybody in the middle of a transfer to a queue', async () => {
    const { alice, dana } = await talking();
    const chloe = await at.desk('agent3');
    await add(alice, 'Support');
    await offered(chloe, 'Transferred by Alice Weber');
    await alice.getByText('leave it in Support').waitFor();
    await endChat(alice, 'End for everybody');
    await heard(dana, 'The chat has ended.');
    await alice.getByRole('button', { name: 'Done' }).waitFor();
    await chloe.locator('[data-offer]').waitFor({ state: 'detached' });
  });

  it('ends for everybody where that is meant', async () => {
    const { alice, dana } = await talking();
    const ben = await at.desk('agent2');
    await add(alice, 'Ben Okafor');
    await accept(ben);
    await alice.getByText('leave it to Ben Okafor').waitFor();
    await endChat(alice, 'End for everybody');
    await heard(dana, 'The chat has ended.');
    await alice.getByRole('button', { name: 'Done' }).waitFor();
    await ben.getByRole('button', { name: 'Done' }).waitFor();
  });

  it('is not there when the customer has ended it; the wrap-up is', async () => {
    const { alice, dana } = await talking();
    const ben = await at.desk('agent2');
    await add(alice, 'Ben Okafor');
    await offered(ben, 'Alice Weber invites you');
    await dana.getByRole('button', { name: 'End chat' }).click();
    await dana.getByRole('group').getByRole('button', { name: 'End chat' }).click();
    await alice.getByRole('button', { name: 'Done' }).waitFor();
    expect(await endButton(alice).count()).toBe(0);
    await ben.getByText('The customer left before you could accept.').waitFor();
    await alice.keyboard.press('Alt+e');
    await home(alice);
  });

  it('is done when the network is back, once', async () => {
    const { alice, dana } = await talking();
    at.network('agent1').outage(2_000);
    await endChat(alice, 'End for the customer');
    await alice.getByText('No connection.').waitFor();
    await heard(dana, 'The chat has ended.');
    await alice.getByRole('button', { name: 'Done' }).waitFor();
    await alice.reload();
    await doneWrapup(alice);
    await home(alice);
  });
});
