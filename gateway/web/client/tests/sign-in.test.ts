// Ways to sign in, as the server tells them.

import { describe, expect, it } from 'vitest';
import { getSignInWays, signInAs } from '../src/sign-in.ts';
import { ok, problem, world } from './world.ts';

const http = (at: ReturnType<typeof world>) => ({
  url: 'http://baton.test',
  platform: at.platform,
});

describe('signing in', () => {
  it('by picking somebody asks for that person’s token', async () => {
    const at = world();
    const alice = { sub: 'agent1', name: 'Alice', role: 'agent' as const };
    at.reply('GET /sign-in', ok({ mode: 'demo', people: [alice] }));
    at.reply('POST /sign-in', ok({ token: 't', expires_at: '2026-01-05T20:00:00.000Z' }));
    expect(await getSignInWays(http(at))).toEqual({ mode: 'demo', people: [alice] });
    expect(await signInAs(http(at), alice)).toMatchObject({ token: 't' });
    expect(at.asked.at(-1)?.body).toEqual({ sub: 'agent1', role: 'agent' });
  });

  it('is refused at once where the server knows of no such way', async () => {
    const at = world();
    at.reply('GET /sign-in', problem(404, { code: 'not_found', detail: '' }));
    await expect(getSignInWays(http(at))).rejects.toMatchObject({ code: 'not_found' });
  });
});
