// An editor for tests: a configuration, a server that answers as told, and storages of their own.

import { type Configuration, type Http, memoryStorage, platformWith } from '@baton/client';
import type { Storages } from '../src/model/keeping.ts';

export const shop = (): Configuration => ({
  workspace: 'default',
  version: 3,
  time_zone: 'Europe/Berlin',
  default_queue: 'sales',
  skills: { billing: { name: 'Billing' }, french: { name: 'French' } },
  queues: {
    sales: { name: 'Sales', priority: 3, closed: false },
    billing: {
      name: 'Billing',
      skills: [{ skill: 'billing', level: 3 }],
      overflow: 'sales',
      relaxation: [
        { after_s: 60, skill: 'billing' },
        { after_s: 30, skill: 'billing', level: 2 },
      ],
    },
  },
  profiles: { first: [{ queue: 'billing', rank: 1 }] },
  agents: {
    agent1: { name: 'Alice Weber', skills: [{ skill: 'billing', level: 8 }] },
    agent2: { name: 'Ben Okafor', skills: [{ skill: 'billing', level: 2 }], profile: 'first' },
    agent3: { name: 'Chloé Martin', skills: [{ skill: 'french', level: 10 }] },
  },
  rules: [{ if: 'true', queue: 'sales' }],
});

export interface Asked {
  method: string;
  path: string;
  body: unknown;
  headers: Record<string, string>;
}

type Answer = { status?: number; body: unknown } | 'network';

/** A server whose answers are given by method and path; what is not told is not found. */
export function server(answers: Record<string, (asked: Asked) => Answer>) {
  const asked: Asked[] = [];
  const fetch = async (url: string, init: RequestInit) => {
    const path = url.replace('http://baton.test/v1', '');
    const body: unknown = init.body ? JSON.parse(String(init.body)) : undefined;
    const call: Asked = {
      method: init.method ?? 'GET',
      path,
      body,
      headers: init.headers as Record<string, string>,
    };
    asked.push(call);
    const answer = answers[`${call.method} ${path}`]?.(call) ?? {
      status: 404,
      body: { code: 'not_found', detail: 'no' },
    };
    if (answer === 'network') throw new Error('network');
    return new Response(JSON.stringify(answer.body), { status: answer.status ?? 200 });
  };
  const http: Http = { url: 'http://baton.test', platform: platformWith({ fetch }) };
  return { http, asked };
}

export function storages(): Storages {
  return { tab: memoryStorage() as Storage, browser: memoryStorage() as Storage };
}
