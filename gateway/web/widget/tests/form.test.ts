// @vitest-environment happy-dom
// The form before the chat, and what the page says of it.

import type { StartBody } from '@baton/client';
import { describe, expect, it } from 'vitest';
import { form } from '../src/form.ts';
import { fieldsOf, optionsOf, type WidgetOptions } from '../src/options.ts';
import { en } from '../src/words/en.ts';

const url = 'https://baton.test';

function filled(options: Partial<WidgetOptions>, values: Record<string, string>) {
  const bodies: StartBody[] = [];
  const it = form(en, { url, fields: [], ...options }, (body) => bodies.push(body));
  document.body.replaceChildren(it.element);
  for (const [name, value] of Object.entries(values)) {
    const input = it.element.querySelector<HTMLInputElement>(`[name=${name}]`);
    if (input) input.value = value;
  }
  it.element.dispatchEvent(new Event('submit', { cancelable: true }));
  return { ...it, body: bodies[0] };
}

describe('the form', () => {
  it('asks what the page wants, and starts with what was filled in', () => {
    const { body } = filled(
      {
        workspace: 'shop',
        queue: 'sales',
        fields: fieldsOf('name! email plan'),
        attributes: { page: '/cart' },
        customer: { id: 'c-42' },
      },
      { name: ' Dana ', email: '', plan: 'gold', text: ' hello ' },
    );
    expect(body).toEqual({
      workspace: 'shop',
      queue: 'sales',
      customer: { id: 'c-42', name: 'Dana' },
      attributes: { page: '/cart', plan: 'gold' },
      text: 'hello',
    });
  });

  it('lets one choose the queue', () => {
    const queues = [
      { queue: 'sales', label: 'Buying' },
      { queue: 'billing', label: 'Paying' },
    ];
    const { body } = filled({ queue: 'sales', queues }, { queue: 'billing', text: 'x' });
    expect(body?.queue).toBe('billing');
  });

  it('marks what may be left out', () => {
    const { element } = filled({ fields: fieldsOf('name! email') }, {});
    const labels = [...element.querySelectorAll('label span')].map((label) => label.textContent);
    expect(labels).toEqual(['Your name', 'Your e-mail address (optional)', 'How can we help?']);
  });

  it('cannot be sent twice while a start is under way', () => {
    const it = filled({}, {});
    it.busy(true);
    const button = it.element.querySelector('button');
    expect([button?.disabled, button?.textContent]).toEqual([true, en.starting]);
    it.busy(false);
    expect([button?.disabled, button?.textContent]).toEqual([false, en.start]);
  });
});

describe('the tag', () => {
  it('says what it can in attributes, and the page’s object wins', () => {
    const script = document.createElement('script');
    script.setAttribute('src', `${url}/widget.js`);
    script.dataset.queue = 'billing';
    script.dataset.fields = 'name!, email';
    script.dataset.open = '';
    expect(optionsOf(script, { queue: 'sales' })).toEqual({
      url,
      queue: 'sales',
      open: true,
      fields: [
        { name: 'name', required: true, type: 'text' },
        { name: 'email', required: false, type: 'email' },
      ],
    });
  });
});
