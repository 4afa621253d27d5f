// People for tests of the board: agents at their desks and customers who wait, without pages.

import {
  type Conversation,
  connectStaff,
  endChat,
  type Http,
  platformWith,
  type Staff,
  type StartBody,
  startChat,
} from '@baton/client';
import type { Page } from 'playwright-core';
import { type Baton, until, wire } from './baton.ts';

/** A customer who started a chat. */
export interface Caller {
  id: string;
  end(): Promise<unknown>;
}

export class Crowd {
  private readonly baton: Baton;
  private readonly desks = new Map<string, Staff>();
  private callers: Caller[] = [];

  constructor(baton: Baton) {
    this.baton = baton;
  }

  /** Connects; takes offers once asked to. */
  async agent(sub: string, role = 'agent'): Promise<Staff> {
    const token = this.baton.token(role, sub);
    const { platform } = wire(this.baton.url);
    const desk = connectStaff({ url: this.baton.url, token: () => token, platform });
    this.desks.set(sub, desk);
    await until(desk.connection, (state) => state.state === 'online', `${sub} online`);
    return desk;
  }

  async ready(sub: string): Promise<Staff> {
    const desk = await this.agent(sub);
    await desk.status({ status: 'ready' });
    return desk;
  }

  /** Takes the next offer. */
  async accept(desk: Staff): Promise<Conversation> {
    const [offer] = await until(desk.offers.all, (all) => all.length > 0, 'an offer');
    const id = offer!.chat.chat_id;
    await desk.accept(offer!.offer_id);
    const all = await until(desk.chats.all, (now) => now.some((one) => one.id === id), 'the chat');
    return all.find((one) => one.id === id)!;
  }

  async caller(body: StartBody): Promise<Caller> {
    const http: Http = { url: this.baton.url, platform: platformWith() };
    const started = await startChat(http, body);
    const own: Http = { ...http, token: () => started.token };
    const caller = { id: started.chat_id, end: () => endChat(own, started.chat_id) };
    this.callers.push(caller);
    return caller;
  }

  /** Everybody goes; nothing is left for the next test. */
  async leave() {
    await Promise.allSettled(this.callers.map((caller) => caller.end()));
    for (const desk of this.desks.values()) {
      const over = desk.chats.all.get().map((chat) => desk.completeWrapup(chat.id));
      await Promise.allSettled(over);
      await desk.status({ status: 'logged_out' }).catch(() => {});
      desk.close();
    }
    this.callers = [];
    this.desks.clear();
  }
}

/** Whoever has this token is signed in on the page before it begins, in whichever way one signs in. */
export async function signIn(page: Page, token: string) {
  await page.addInitScript((kept) => {
    if (!sessionStorage.getItem('baton.signed_in')) sessionStorage.setItem('baton.token', kept);
    sessionStorage.setItem('baton.signed_in', 'once');
  }, token);
}
