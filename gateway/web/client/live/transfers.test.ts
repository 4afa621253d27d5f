// The two ways of a transfer against a real server, with lines cut in the middle of each: nothing
// is lost, and nothing is there twice.

import {
  type Conversation,
  type Customer,
  connectStaff,
  customer,
  getMessages,
  type Line,
  type Staff,
  type Stage,
} from '@baton/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Baton, until, type Wire, wire } from '../../tests/baton.ts';

let baton: Baton;
const open: Staff[] = [];

beforeAll(async () => {
  baton = await Baton.up();
}, 60_000);
afterAll(async () => {
  for (const staff of open) staff.close();
  await baton?.down();
});

interface Desk {
  staff: Staff;
  wire: Wire;
}

async function desk(sub: string): Promise<Desk> {
  const token = baton.token('agent', sub);
  const at = wire(baton.url);
  const staff = connectStaff({ url: baton.url, token: () => token, platform: at.platform });
  open.push(staff);
  await until(staff.connection, (state) => state.state === 'online', `${sub} online`);
  await staff.status({ status: 'ready' });
  return { staff, wire: at };
}

type OpenStage = Extract<Stage, { stage: 'open' }>;

async function visitor(queue: string) {
  const at = wire(baton.url);
  const visit = customer({ url: baton.url, platform: at.platform });
  await visit.start({ queue, customer: { name: 'Dana' }, text: 'hello' });
  const isOpen = (stage: Stage): stage is OpenStage => stage.stage === 'open';
  const { conversation } = await until(visit.stage, isOpen, 'the chat is open');
  return { visit, conversation, wire: at };
}

async function accept({ staff }: Desk): Promise<Conversation> {
  const offers = await until(staff.offers.all, (all) => all.length > 0, 'an offer');
  await staff.accept(offers[0]!.offer_id);
  const chats = await until(staff.chats.all, (all) => all.length > 0, 'the chat');
  return chats[0]!;
}

/** Everybody says something at once, while lines are cut. */
async function talk(round: string, people: Array<{ at: Conversation; cut(): void }>) {
  const said: string[] = [];
  for (let number = 0; number < 10; number++) {
    for (const [who, { at, cut }] of people.entries()) {
      const text = `${round} ${who} ${number}`;
      at.send(text);
      said.push(text);
      if (number === 3 + who) cut();
    }
  }
  for (const { at } of people) {
    const has = (lines: readonly Line[]) =>
      said.every((text) => lines.some((line) => line.text === text && line.state === 'sent'));
    await until(at.lines, has, `everything of ${round}`);
  }
  return said;
}

const texts = (at: Conversation) => at.lines.get().map((line) => line.text);
const isSystem = (line: Line) => line.message?.kind === 'system';
const systemTexts = (at: Conversation) =>
  at.lines
    .get()
    .filter(isSystem)
    .map((line) => line.text);

/** What a person has is what is stored, each line once, in order. */
async function isWhole(at: Conversation, stored: Awaited<ReturnType<typeof getMessages>>) {
  const ids = stored.messages.map((message) => message.message_id);
  const has = (lines: readonly Line[]) => lines.length === ids.length;
  await until(at.lines, has, `all ${ids.length} lines`);
  expect(at.lines.get().map((line) => line.message?.message_id)).toEqual(ids);
  const said = at.lines.get().filter((line) => line.message?.kind === 'text');
  expect(new Set(said.map((line) => line.text)).size).toBe(said.length);
}

async function ends(visit: Customer, at: Conversation) {
  await visit.end();
  await until(at.chat, (chat) => !!chat?.closed, 'the end');
  visit.leave();
}

describe('a transfer', () => {
  it('to an agent: "+", talk in three, End Chat, go on', async () => {
    const alice = await desk('agent1');
    const dana = await visitor('billing');
    const atAlice = await accept(alice);
    await talk('before', [
      { at: dana.conversation, cut: dana.wire.cut },
      { at: atAlice, cut: alice.wire.cut },
    ]);

    const ben = await desk('agent2');
    const { invite_id } = await alice.staff.add(atAlice.id, { agent: 'agent2' }, { note: 'vip' });
    const [offer] = await until(ben.staff.offers.all, (all) => all.length > 0, 'the invitation');
    expect(offer).toMatchObject({ kind: 'invite', note: 'vip', invite_id });
    // The line breaks between the keystroke and the answer.
    const accepted = ben.staff.accept(offer!.offer_id);
    ben.wire.cut();
    await accepted;
    const [atBen] = await until(ben.staff.chats.all, (all) => all.length > 0, 'the chat');
    await until(
      alice.staff.invites.all,
      (all) => all.get(atAlice.id)?.[0]?.state === 'accepted',
      'the outcome',
    );
    await talk('three', [
      { at: dana.conversation, cut: () => dana.wire.outage(700) },
      { at: atAlice, cut: alice.wire.cut },
      { at: atBen!, cut: () => ben.wire.outage(400) },
    ]);

    const left = alice.staff.leave(atAlice.id, { disposition: 'handed_over' });
    alice.wire.cut();
    await left;
    const told = 'Alice Weber has left. You are now talking to Ben Okafor.';
    await until(dana.conversation.lines, (all) => all.some((l) => l.text === told), told);
    await until(alice.staff.chats.all, (all) => all.length === 0, 'Alice is done');
    await talk('after', [
      { at: dana.conversation, cut: dana.wire.cut },
      { at: atBen!, cut: ben.wire.cut },
    ]);

    await isWhole(atBen!, await getMessages(ben.staff.http, atBen!.id));
    expect(texts(dana.conversation)).toEqual(texts(atBen!));
    for (const each of [dana, alice, ben]) expect(each.wire.connections()).toBeGreaterThan(2);
    await ends(dana.visit, dana.conversation);
    await ben.staff.completeWrapup(atBen!.id, { disposition: 'solved' });
    await until(ben.staff.chats.all, (all) => all.length === 0, 'Ben is done');
    await alice.staff.status({ status: 'logged_out' });
    await ben.staff.status({ status: 'logged_out' });
  });

  it('to a queue: "+", End Chat, wait, go on with whoever accepts', async () => {
    const alice = await desk('agent1');
    const dana = await visitor('billing');
    const atAlice = await accept(alice);
    await talk('before', [
      { at: dana.conversation, cut: dana.wire.cut },
      { at: atAlice, cut: () => alice.wire.outage(300) },
    ]);
    const added = await alice.staff.add(atAlice.id, { queue: 'support_fr' });
    expect(added).toMatchObject({ queue: 'support_fr', position: 1 });
    const leaving = alice.staff.leave(atAlice.id, { confirm: true, disposition: 'needs_french' });
    alice.wire.cut();
    await leaving;
    await until(
      dana.conversation.chat,
      (chat) => chat?.queue === 'support_fr' && chat.state === 'queued',
      'Dana waits',
    );
    dana.wire.outage(500);
    dana.conversation.send('is anybody there?');

    const chloe = await desk('agent3');
    const atChloe = await accept(chloe);
    await talk('after', [
      { at: dana.conversation, cut: dana.wire.cut },
      { at: atChloe, cut: chloe.wire.cut },
    ]);
    await isWhole(atChloe, await getMessages(chloe.staff.http, atChloe.id));
    expect(texts(dana.conversation)).toEqual(texts(atChloe));
    expect(texts(atChloe).filter((text) => text === 'is anybody there?')).toHaveLength(1);
    expect(systemTexts(atChloe)).toHaveLength(3);
    await ends(dana.visit, dana.conversation);
    await chloe.staff.completeWrapup(atChloe.id);
  });
});
