// @vitest-environment happy-dom
// The question before a chat is ended, and what is said when that does not work.

import { beforeEach, describe, expect, it } from 'vitest';
import { frame } from '../src/frame.ts';
import { en } from '../src/words/en.ts';

/** A window whose chat ends, or does not, when the test says so. */
function window() {
  let settle = { done() {}, fail() {} };
  const end = () =>
    new Promise<void>((done, fail) => {
      settle = { done, fail: () => fail(new Error('unavailable')) };
    });
  const it = frame({ words: en, opened: () => {}, end, focus: () => {} });
  document.body.replaceChildren(...it.parts);
  it.endable(true);
  it.open();
  return { ...it, settle: () => settle };
}

const question = () => document.querySelector<HTMLElement>('.question')!;
const [yes, no] = [0, 1].map((at) => () => question().querySelectorAll('button')[at]!);
const ask = () => document.querySelector<HTMLElement>('header button')?.click();
const said = () => question().querySelector('[role=alert]')?.textContent;
const turn = () => new Promise((resolve) => setTimeout(resolve));

describe('ending a chat', () => {
  let shown: ReturnType<typeof window>;
  beforeEach(() => {
    shown = window();
    ask();
    yes!().click();
  });

  it('is said while it is asked for, and asked for once', () => {
    expect(question().hidden).toBe(false);
    expect(said()).toBe(en.ending);
    expect([yes!().disabled, no!().disabled]).toEqual([true, true]);
    ask();
    expect(said()).toBe(en.ending);
  });

  it('that fails says so in sight, and may be tried again or let be', async () => {
    shown.settle().fail();
    await turn();
    expect(question().hidden).toBe(false);
    expect(said()).toBe(en.endFailed);
    yes!().click();
    expect(said()).toBe(en.ending);
    shown.settle().fail();
    await turn();
    no!().click();
    expect(question().hidden).toBe(true);
    ask();
    expect(said()).toBe(en.endAsk);
  });

  it('that works leaves nothing behind for the next chat', async () => {
    shown.endable(false);
    shown.settle().done();
    await turn();
    expect(question().hidden).toBe(true);
    shown.endable(true);
    ask();
    expect([said(), yes!().disabled]).toEqual([en.endAsk, false]);
  });

  it('is asked anew in the next chat, whatever came of it in this one', async () => {
    shown.settle().fail();
    await turn();
    expect(said()).toBe(en.endFailed);
    // It is over all the same: the agent has ended it.
    shown.endable(false);
    shown.endable(true);
    ask();
    expect([said(), question().querySelector('.failed')]).toEqual([en.endAsk, null]);
  });

  it('that fails when the chat is over is not told of in the next one', async () => {
    shown.endable(false);
    shown.endable(true);
    ask();
    expect([said(), yes!().disabled]).toEqual([en.endAsk, false]);
    no!().click();
    shown.settle().fail();
    await turn();
    ask();
    expect([said(), question().querySelector('.failed')]).toEqual([en.endAsk, null]);
  });
});
