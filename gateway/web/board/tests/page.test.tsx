// @vitest-environment happy-dom
// The board's views over a wire whose other end is the test.

import { act, fireEvent, screen, within } from '@testing-library/preact';
import { describe, expect, it } from 'vitest';
import { chat, message, ok, problem } from '../../client/tests/world.ts';
import { chooseLanguage } from '../../shared/src/language.ts';
import { now } from '../src/live/clock.ts';
import { board, click, told, toldAgent } from './opened.tsx';
import { agent, queue } from './rows.ts';

describe('the overview', () => {
  it('watches queues and agents, and shows their rows as they come', async () => {
    const { socket, tell } = await board();
    expect(socket().commands('watch')).toMatchObject([{ topics: ['queues', 'agents'] }]);
    await tell(told({ waiting: 3, ewt: { p50_s: 12, p90_s: 40 } }), toldAgent());
    const row = screen.getByRole('link', { name: 'Billing' }).closest('tr')!;
    expect(row.textContent).toContain('12 s · 40 s');
    expect(within(row).getAllByRole('cell')[1]?.textContent).toContain('3');
    await tell(told({ waiting: 1, rev: 2 }));
    expect(within(row).getAllByRole('cell')[1]?.textContent).toContain('1');
  });

  it('says that there are none', async () => {
    await board();
    await screen.findByText('There are no queues yet. They are made in the administration.');
  });

  it('says that nobody leads, and that somebody does again', async () => {
    const { reply, clock } = await board();
    reply('GET /queues?limit=200', problem(503, { code: 'unavailable', detail: '' }));
    await act(() => clock.pass(5_000));
    screen.getByText('No router');
    screen.getByText(/^Not live since/);
    reply('GET /queues?limit=200', ok({ queues: [] }));
    await act(() => clock.pass(5_000));
    expect(screen.queryByText('No router')).toBeNull();
  });

  it('says that there are no trends where the server keeps none', async () => {
    const { tell } = await board();
    await tell(told());
    await screen.findByText('This server keeps no history of queues, so there are no trends.');
  });

  it('says of how many queues its sums are, where it is not all', async () => {
    const { reply, tell } = await board();
    const bucket = {
      from: new Date().toISOString(),
      accepted: 3,
      within_target: 3,
      waiting_max: 1,
    };
    const buckets = [{ ...bucket, entered: 4, abandoned: 1 }];
    reply('GET /queues/billing/history', problem(503, { code: 'unavailable', detail: '' }));
    reply('GET /queues/sales/history', ok({ queue: 'sales', step_s: 300, buckets }));
    await tell(told(), told({ queue: 'sales', name: 'Sales' }));
    await screen.findByText('of 4 that came · 1 of 2 queues');
    screen.getByRole('heading', { name: 'Last 4 hours · 1 of 2 queues' });
  });

  it('alerts by words, and takes them back', async () => {
    const { tell } = await board();
    await tell(told({ waiting: 2, eligible_agents: 0 }));
    screen.getByText('2 customers wait, and no agent could take it.');
    expect(document.title).toBe('(1) Board · Baton');
    await tell(told({ waiting: 1, available_agents: 1, rev: 2 }));
    screen.getByText('Nothing needs attention.');
    await act(() => {
      now.value += 3_100;
    });
    screen.getByText('1 customer waits although 1 agent is available.');
  });

  it('is in German where that is chosen', async () => {
    const { tell } = await board();
    chooseLanguage('de');
    await tell(told({ waiting: 1, eligible_agents: 0 }));
    screen.getByText('1 Kunde wartet, und kein Agent könnte annehmen.');
    screen.getByRole('heading', { name: 'Überblick' });
  });

  it('forgets queues that are gone', async () => {
    const { tell, reply, clock } = await board();
    await tell(told(), told({ queue: 'old', name: 'Old' }));
    screen.getByText('Old');
    reply('GET /queues?limit=200', ok({ queues: [queue()] }));
    await act(() => clock.pass(5_100));
    expect(screen.queryByText('Old')).toBeNull();
    screen.getByText('Billing');
  });
});

describe('the wall', () => {
  it('counts truly what did not fit, and what is the matter there', async () => {
    const { tell } = await board({ path: '#/wall' });
    const rows = (alerting: number, rev: number) =>
      Array.from({ length: 15 }, (_, at) =>
        told({
          queue: `queue${at}`,
          name: `Queue ${at}`,
          waiting: at < alerting ? 1 : 0,
          eligible_agents: at < alerting ? 0 : 1,
          rev,
        }),
      );
    await tell(...rows(0, 1));
    screen.getByText('and 3 more queues without alerts');
    await tell(...rows(14, 2));
    screen.getByText('and 3 more queues, 2 of them with alerts');
  });
});

describe('the agents', () => {
  it('are thousands, of which a screenful is drawn', async () => {
    const { tell } = await board({ path: '#/agents' });
    const rows = Array.from({ length: 3_000 }, (_, at) =>
      toldAgent({ agent: `agent${at}`, name: `Agent ${String(at).padStart(4, '0')}` }),
    );
    await tell(...rows);
    screen.getByRole('button', { name: /^All ?3000$/ });
    expect(document.querySelectorAll('[data-agent]').length).toBeLessThan(60);
    await act(() => {
      fireEvent.input(screen.getByLabelText('Name or skill'), { target: { value: '2999' } });
    });
    expect(document.querySelectorAll('[data-agent]')).toHaveLength(1);
    screen.getByText('1 of 3000');
  });

  it('are called as they are, whatever that is', async () => {
    const { tell } = await board({ path: '#/agents' });
    const name = '<img src=x onerror=alert(1)>\u202Eevil';
    await tell(toldAgent({ name }));
    expect(screen.getByRole('link', { name }).textContent).toBe(name);
    expect(document.querySelector('img')).toBeNull();
  });
});

describe('an agent’s status', () => {
  async function forced() {
    const at = await board({ path: '#/agents/agent1' });
    await at.tell(toldAgent({ load: { handling: 2, offered: 0, wrapup: 0 } }));
    return at;
  }

  it('is set, and asked about before it takes them out of chats', async () => {
    const { socket } = await forced();
    await click(screen.getByRole('button', { name: 'Logged out' }));
    expect(socket().commands('agent.force_status')).toMatchObject([
      { agent: 'agent1', status: 'logged_out' },
    ]);
    await act(() => socket().refuse('agent.force_status', { code: 'conflict', detail: '' }));
    const dialog = screen.getByRole('dialog');
    expect(dialog.textContent).toContain('2 chats are still open.');
    const sure = within(dialog).getByRole('button', { name: 'Log out anyway' });
    await click(sure);
    expect(socket().commands('agent.force_status').at(-1)).toMatchObject({ evict: true });
    await act(() => socket().answer('agent.force_status', { agent: agent() }));
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('says in plain words why it was not set', async () => {
    const { socket } = await forced();
    await click(screen.getByRole('button', { name: 'Not ready' }));
    await act(() => socket().refuse('agent.force_status', { code: 'not_found', detail: '' }));
    expect(screen.getByText('It is not there (any more).').closest('[role=alert]')).not.toBeNull();
  });
});

describe('why a chat is where it is', () => {
  async function explained(text: string) {
    const at = await board();
    at.reply('GET /chats/cht_1', ok(chat({ state: 'offered' })));
    at.reply('GET /chats/cht_1/messages?after=0&limit=500', ok({ messages: [], last: 0 }));
    const since = new Date().toISOString();
    const candidates = [{ agent: 'agent2', reason: 'not_ready' }];
    const waiting = { queue: 'billing', since, text, candidates, more: 7 };
    at.reply('GET /chats/cht_1/why', ok({ chat_id: 'cht_1', decisions: [], waiting }));
    await at.tell(told(), toldAgent());
    location.hash = '#/chats/cht_1';
  }

  it('says by name who is asked, and how long still', async () => {
    const until = new Date(Date.now() + 14_400).toISOString();
    await explained(`is being offered to agent1 until ${until}`);
    await screen.findByText('Is being offered to Alice Weber: 14 s left.');
    chooseLanguage('de');
    await screen.findByText('Wird gerade Alice Weber angeboten: noch 14 s.');
    screen.getByText('Auch in Betracht gezogen: 8');
  });

  it('does not speak of others where nobody is asked', async () => {
    await explained('waits for an agent; none is ready');
    await screen.findByText('8 considered');
  });
});

describe('a transcript', () => {
  it('says what happened in the reader’s language', async () => {
    const at = await board();
    const participant = { id: 'agent1', role: 'agent', name: 'Alice' };
    const event = { change: 'left', participant, stays: [], queue: 'billing' };
    const text = 'Alice has left. You are waiting in Billing.';
    const lines = [message(1, { kind: 'system', text, event })];
    at.reply('GET /chats/cht_1', ok(chat({ seq: 1, customer: { name: 'Dana' } })));
    at.reply('GET /chats/cht_1/messages?after=0&limit=500', ok({ messages: lines, last: 1 }));
    at.reply('GET /chats/cht_1/why', ok({ chat_id: 'cht_1', decisions: [] }));
    await at.tell(told());
    chooseLanguage('de');
    location.hash = '#/chats/cht_1';
    await screen.findByText('Alice hat den Chat verlassen. Der Chat ist jetzt bei Billing.');
    expect(screen.queryByText(text)).toBeNull();
  });
});

describe('who may not oversee', () => {
  it('sees queues and agents, and nothing to do', async () => {
    const { tell } = await board({ oversees: false, path: '#/agents/agent1' });
    await tell(toldAgent());
    screen.getByRole('heading', { name: 'Alice Weber' });
    expect(screen.queryByText('Set the status')).toBeNull();
    expect(screen.queryByRole('link', { name: 'Chats' })).toBeNull();
    location.hash = '#/chats/cht_1';
    await screen.findByText(/^Chats are for supervisors/);
  });
});

describe('an address of nothing', () => {
  it('says so', async () => {
    const { tell } = await board({ path: '#/queues/nowhere' });
    await tell(told());
    screen.getByText('This queue does not exist (any more).');
    location.hash = '#/no/such/view';
    await screen.findByText('There is nothing here');
  });
});
