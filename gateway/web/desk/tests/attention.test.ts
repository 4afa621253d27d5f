// @vitest-environment happy-dom
// What the desk calls for attention with.

import { connectStaff } from '@baton/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { chat, settle, world } from '../../client/tests/world.ts';
import { callAttention } from '../src/attention.ts';

const played = vi.hoisted(() => vi.fn());
vi.mock('../src/sound.ts', () => ({ play: played }));

beforeEach(() => {
  played.mockReset();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => vi.useRealTimers());

it('rings for an offer while there is time, and no longer where nobody says that it went', async () => {
  const at = world();
  const staff = connectStaff({ url: 'http://baton.test', token: () => 't', platform: at.platform });
  await settle();
  await at.socket().welcome();
  const end = callAttention(staff);
  const offer = { offer_id: 'off_1', kind: 'queue', chat: chat(), skills: [], wait_s: 1 };
  await at.socket().deliver({ type: 'offer.new', offer: { ...offer, expires_in_s: 10 } });
  expect(played).toHaveBeenCalledTimes(1);
  await at.socket().drop();
  at.clock.sleep(8_000);
  vi.advanceTimersByTime(8_000);
  expect(played).toHaveBeenCalledTimes(3);
  at.clock.sleep(30_000);
  vi.advanceTimersByTime(30_000);
  expect(played).toHaveBeenCalledTimes(3);
  end();
  staff.close();
});
