// @vitest-environment happy-dom
// The log and the composer, with the library behind them and a server that is the test.

import { connectStaff } from '@baton/client';
import { cleanup, fireEvent, render } from '@testing-library/preact';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { chat, type Json, message, settle, world } from '../../client/tests/world.ts';
import { Composer } from '../src/chat/composer.tsx';
import { Log } from '../src/chat/log.tsx';
import { seen, unreadIn } from '../src/seen.ts';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  sessionStorage.clear();
  seen.value = {};
});

async function open(messages: Json[]) {
  const at = world();
  at.reply('GET /chats/cht_1/messages?after=0&limit=500', {
    status: 200,
    body: { messages, last: messages.length },
  });
  const desk = connectStaff({ url: 'http://baton.test', token: () => 't', platform: at.platform });
  await settle();
  const participants = [
    { id: 'agent1', role: 'agent', name: 'Agent One', state: 'connected' },
    { id: 'cus_1', role: 'customer', name: 'Dana', state: 'connected' },
  ];
  await at.socket().welcome({ chats: [chat({ seq: messages.length, participants })] });
  await settle();
  await settle();
  return { at, desk, conversation: desk.chats.get('cht_1')! };
}

const said = (root: Element) =>
  [...root.querySelectorAll('[data-said]')].map((line) => line.textContent);

describe('the log', () => {
  it('draws only the newest of many lines, and more on demand', async () => {
    const { conversation } = await open(Array.from({ length: 300 }, (_, at) => message(at + 1)));
    const { container, getByRole } = render(<Log conversation={conversation} me="agent1" />);
    expect(said(container)).toHaveLength(18);
    expect(said(container).at(-1)).toBe('line 300');
    fireEvent.click(getByRole('button', { name: 'Show earlier lines' }));
    await settle();
    expect(said(container)).toHaveLength(58);
  });

  it('draws a new line and leaves the others as they are', async () => {
    const { at, conversation } = await open([message(1), message(2)]);
    const { container } = render(<Log conversation={conversation} me="agent1" />);
    const [first] = container.querySelectorAll('[data-said]');
    await at.socket().deliver({
      type: 'chat.message',
      chat_id: 'cht_1',
      seq: 3,
      message: message(3, { visibility: 'agents', from: { id: 'agent2', role: 'agent' } }),
    });
    expect(said(container)).toEqual(['line 1', 'line 2', 'line 3']);
    expect(container.querySelector('[data-said]')).toBe(first);
    expect(container.textContent).toContain('Only colleagues see this');
  });

  it('marks what the customer has read, and what was not sent', async () => {
    const { at, conversation } = await open([message(1)]);
    const { container, getByTitle, findByRole } = render(
      <Log conversation={conversation} me="agent1" />,
    );
    conversation.send('mine');
    await settle();
    getByTitle('Sending …');
    const stored = { from: { id: 'agent1', role: 'agent' }, text: 'mine' };
    const { client_id } = at.socket().commands('chat.send')[0] as { client_id: string };
    await at.socket().answer('chat.send', { message: message(2, { ...stored, client_id }) });
    getByTitle('Delivered');
    const read = { type: 'chat.read', chat_id: 'cht_1', seq: 2, upto: 'msg_2' };
    await at.socket().deliver({ ...read, from: { id: 'cus_1', role: 'customer', name: '' } });
    getByTitle('Read');
    conversation.send('refused');
    await settle();
    await at.socket().refuse('chat.send', { code: 'forbidden', detail: '' });
    expect((await findByRole('alert')).textContent).toContain('You may not do that.');
    expect(said(container)).toEqual(['line 1', 'mine', 'refused']);
  });

  it('is at its end when what was said before comes after the newest line', async () => {
    const { at, conversation } = await open([]);
    const { container, getByRole } = render(<Log conversation={conversation} me="agent1" />);
    const log = getByRole('log');
    const height = { get: () => 100 * said(container).length };
    Object.defineProperty(log, 'scrollHeight', height);
    const body = { messages: [message(1), message(2), message(3)], last: 4 };
    at.reply('GET /chats/cht_1/messages?after=0&limit=500', { status: 200, body });
    const joined = { type: 'chat.message', chat_id: 'cht_1', seq: 4, message: message(4) };
    await at.socket().deliver(joined);
    await settle();
    expect(said(container)).toHaveLength(4);
    expect(log.scrollTop).toBe(400);
  });

  it('stays at its end when something beside it takes room, and where one reads', async () => {
    let resized = () => {};
    class Sizes {
      constructor(told: () => void) {
        resized = told;
      }
      observe() {}
      disconnect() {}
    }
    vi.stubGlobal('ResizeObserver', Sizes);
    const { conversation } = await open([message(1)]);
    const { getByRole, queryByRole } = render(<Log conversation={conversation} me="agent1" />);
    const log = getByRole('log');
    let height = 400;
    Object.defineProperty(log, 'scrollHeight', { get: () => 1_000 });
    Object.defineProperty(log, 'clientHeight', { get: () => height });
    resized();
    log.scrollTop = 600;
    height = 200;
    // The browser tells of an earlier move only now.
    fireEvent.scroll(log);
    await settle();
    expect(log.scrollTop).toBe(1_000);
    expect(queryByRole('button', { name: 'New lines' })).toBeNull();
    height = 150;
    log.scrollTop = 800;
    resized();
    expect(log.scrollTop).toBe(1_000);
    log.scrollTop = 300;
    fireEvent.scroll(log);
    height = 400;
    resized();
    expect(log.scrollTop).toBe(300);
    await settle();
    getByRole('button', { name: 'New lines' });
  });

  it('shows markup as text', async () => {
    const text = '<img src=x onerror=alert(1)>';
    const { conversation } = await open([message(1, { text })]);
    const { container } = render(<Log conversation={conversation} me="agent1" />);
    expect(said(container)).toEqual([text]);
    expect(container.querySelector('img')).toBeNull();
  });
});

describe('what is unread', () => {
  it('are lines of others since one looked or answered', async () => {
    const { conversation } = await open([
      message(1),
      message(2, { from: { id: 'agent1', role: 'agent' } }),
      message(3),
      message(4, { kind: 'system' }),
      message(5),
    ]);
    const count = () => unreadIn('cht_1', conversation.lines.get(), 'agent1');
    expect(count()).toBe(2);
    seen.value = { cht_1: 3 };
    expect(count()).toBe(1);
    seen.value = { cht_1: 5 };
    expect(count()).toBe(0);
  });
});

describe('the composer', () => {
  it('sends with Enter, to colleagues if that is chosen, and keeps what is being written', async () => {
    const { at, desk, conversation } = await open([message(1)]);
    const show = () => render(<Composer desk={desk} conversation={conversation} />);
    const { getByLabelText, getByRole, unmount } = show();
    const field = getByLabelText('Message') as HTMLTextAreaElement;
    fireEvent.input(field, { target: { value: 'for the customer' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    await settle();
    fireEvent.click(getByRole('button', { name: 'Colleagues' }));
    fireEvent.input(field, { target: { value: 'half a ' } });
    fireEvent.keyDown(field, { key: 'Enter', shiftKey: true });
    await settle();
    expect(at.socket().commands('chat.send')).toMatchObject([
      { text: 'for the customer', visibility: 'all' },
    ]);
    unmount();
    const again = show();
    expect((again.getByLabelText('Message') as HTMLTextAreaElement).value).toBe('half a ');
    again.getByPlaceholderText('Write to colleagues in this chat. The customer does not see it.');
  });

  it('has the focus when it was chosen for whom a line is', async () => {
    const { desk, conversation } = await open([message(1)]);
    const { getByLabelText, getByRole } = render(
      <Composer desk={desk} conversation={conversation} />,
    );
    const colleagues = getByRole('button', { name: 'Colleagues' });
    colleagues.focus();
    fireEvent.click(colleagues);
    expect(document.activeElement).toBe(getByLabelText('Message'));
  });

  it('puts a canned answer after what is written already', async () => {
    const { desk, conversation } = await open([message(1)]);
    const { getByLabelText, getByRole, getAllByRole } = render(
      <Composer desk={desk} conversation={conversation} />,
    );
    const field = getByLabelText('Message') as HTMLTextAreaElement;
    fireEvent.input(field, { target: { value: 'I see.' } });
    fireEvent.click(getByRole('button', { name: 'Canned answers' }));
    await settle();
    expect(field.value).toBe('I see.');
    fireEvent.click(getAllByRole('option')[1]!);
    await settle();
    expect(field.value).toBe('I see. One moment please, I am looking into it.');
  });

  it('keeps at once for whom a line is, so that a reload shows it to nobody else', async () => {
    const { desk, conversation } = await open([message(1)]);
    const { getByLabelText, getByRole } = render(
      <Composer desk={desk} conversation={conversation} />,
    );
    fireEvent.click(getByRole('button', { name: 'Customer' }));
    fireEvent.input(getByLabelText('Message'), { target: { value: 'he is rude' } });
    dispatchEvent(new Event('pagehide'));
    fireEvent.click(getByRole('button', { name: 'Colleagues' }));
    expect(sessionStorage.getItem('baton.draft.cht_1')).toBe('whe is rude');
  });

  it('does not send what is composed', async () => {
    const { at, desk, conversation } = await open([message(1)]);
    const { getByLabelText } = render(<Composer desk={desk} conversation={conversation} />);
    const field = getByLabelText('Message');
    fireEvent.input(field, { target: { value: 'にほんご' } });
    fireEvent.keyDown(field, { key: 'Enter', isComposing: true });
    await settle();
    expect(at.socket().commands('chat.send')).toEqual([]);
  });
});
