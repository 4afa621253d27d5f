// What serves a transfer is killed in the middle of it: gateways one after the other, of which
// nobody hears a last word, and the whole server. Everybody goes on elsewhere, or when it is back,
// and nothing is lost or doubled.

import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import {
  accept,
  add,
  agree,
  choose,
  clearOf,
  doneWrapup,
  endChat,
  heard,
  home,
  offered,
  type Stage,
  sees,
  stage,
  unhurried,
  writes,
} from './desks.ts';

let at: Stage;

beforeAll(async () => {
  at = await stage();
  await at.publish(unhurried);
}, 60_000);
afterEach(() => clearOf(at));
afterAll(() => at?.down());

/** Two gateways more, before which these people stand: when one is killed, they go to the next. */
async function doomed(...people: string[]): Promise<readonly [string, string]> {
  const gateways = [await at.baton.gateway(), await at.baton.gateway()] as const;
  for (const who of people) at.network(who).to(...gateways, at.baton.url);
  return gateways;
}

describe('gateways are killed one after the other', { timeout: 120_000 }, () => {
  it('while an agent is asked, and while all talk', async () => {
    const [first, second] = await doomed('agent1', 'customer');
    // Who is asked must stay connected to be asked.
    at.network('agent2').to(second, at.baton.url);
    const alice = await at.desk('agent1');
    const dana = await at.customer('billing');
    await accept(alice);
    const ben = await at.desk('agent2');
    await add(alice, 'Ben Okafor');
    await offered(ben, 'Alice Weber invites you');
    await writes(dana, 'Dana, on its way when the first dies');
    await writes(alice, 'Alice, on its way when the first dies');
    await at.baton.end(first, 'SIGKILL');
    await writes(alice, 'Alice after the first');
    await writes(dana, 'Dana after the first');
    await alice.getByText('Ben Okafor is being asked …').waitFor();
    await sees(alice, 'Dana after the first');

    await accept(ben);
    await alice.getByText('leave it to Ben Okafor').waitFor();
    await writes(alice, 'Alice, on its way');
    await writes(ben, 'Ben, on its way');
    await writes(dana, 'Dana, on its way');
    await at.baton.end(second, 'SIGKILL');
    await writes(alice, 'Alice in the dark');
    await writes(ben, 'Ben in the dark');
    await writes(dana, 'Dana in the dark');
    await endChat(alice, 'Leave the chat');
    await heard(dana, 'Alice Weber has left. You are now talking to Ben Okafor.');
    await sees(ben, 'Alice Weber left. Ben Okafor stays.');
    await doneWrapup(alice);
    await home(alice);
    await writes(dana, 'Are you still there?');
    await agree(dana, ben, [
      'Dana, on its way when the first dies',
      'Alice, on its way when the first dies',
      'Alice after the first',
      'Dana after the first',
      'Alice, on its way',
      'Ben, on its way',
      'Dana, on its way',
      'Alice in the dark',
      'Ben in the dark',
      'Dana in the dark',
      'Are you still there?',
    ]);
  });

  it('while a queue is looked at, and as End Chat leaves the chat there', async () => {
    const [first, second] = await doomed('agent1', 'customer');
    const alice = await at.desk('agent1');
    const dana = await at.customer('billing');
    await accept(alice);
    await choose(alice, 'Support');
    await writes(dana, 'Dana, on its way when the first dies');
    await at.baton.end(first, 'SIGKILL');
    await alice.getByRole('button', { name: 'Add', exact: true }).click();
    await alice.getByText('Waiting in Support (français), number 1').waitFor();
    await heard(dana, 'You are being transferred to our support in French.');
    await writes(alice, 'Alice while it waits');
    await alice.getByText('leave it in Support (français)').waitFor();
    await endChat(alice, 'Leave it in the queue');
    await at.baton.end(second, 'SIGKILL');
    await writes(dana, 'Dana in the dark');
    await doneWrapup(alice);
    await heard(dana, 'You are next.');

    const chloe = await at.desk('agent3');
    await offered(chloe, 'Transferred by Alice Weber');
    await accept(chloe);
    await writes(chloe, 'Bonjour Dana');
    await heard(dana, 'Bonjour Dana');
    await chloe.getByText('1 transfer').waitFor();
    await agree(dana, chloe, [
      'Dana, on its way when the first dies',
      'Alice while it waits',
      'Dana in the dark',
      'Bonjour Dana',
    ]);
  });
});

describe.each(['SIGTERM', 'SIGKILL'] as const)('the whole server is ended by %s', (signal) => {
  it('and back while all three talk', { timeout: 120_000 }, async () => {
    const alice = await at.desk('agent1');
    const dana = await at.customer('billing');
    await accept(alice);
    const ben = await at.desk('agent2');
    await add(alice, 'Ben Okafor');
    await accept(ben);
    await alice.getByText('leave it to Ben Okafor').waitFor();
    await writes(ben, 'Ben, on its way');
    await at.baton.absent(signal, async () => {
      await alice.getByText('No connection.').waitFor();
      await writes(alice, 'Alice meanwhile');
      await writes(dana, 'Dana meanwhile');
      await endChat(alice, 'Leave the chat');
    });
    await heard(dana, 'Alice Weber has left. You are now talking to Ben Okafor.');
    await writes(ben, 'Here I am');
    await agree(dana, ben, ['Ben, on its way', 'Alice meanwhile', 'Dana meanwhile', 'Here I am']);
  });

  it('and back while the chat waits in another queue', { timeout: 120_000 }, async () => {
    const alice = await at.desk('agent1');
    const dana = await at.customer('billing');
    await accept(alice);
    await add(alice, 'Support');
    await alice.getByText('leave it in Support (français)').waitFor();
    await at.baton.absent(signal, async () => {
      await alice.getByText('No connection.').waitFor();
      await writes(dana, 'Dana meanwhile');
      await endChat(alice, 'Leave it in the queue');
    });
    await heard(dana, 'You are next.');
    await doneWrapup(alice);
    const chloe = await at.desk('agent3');
    await offered(chloe, 'Transferred by Alice Weber');
    await accept(chloe);
    await writes(chloe, 'Bonjour Dana');
    await agree(dana, chloe, ['Dana meanwhile', 'Bonjour Dana']);
  });
});
