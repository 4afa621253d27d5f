// @vitest-environment happy-dom
// One chat after another in the same window.

import { expect, it } from 'vitest';
import { CUSTOMER, STARTED } from '../../client/tests/visitor.ts';
import { ok, settle, world } from '../../client/tests/world.ts';
import { widget } from '../src/widget.ts';

it('begins the next chat without the first line of the last, by the same person', async () => {
  const at = world();
  at.reply('POST /chats', ok(STARTED, 201));
  const fields = [{ name: 'name' }];
  const { visit } = await widget({ url: 'https://baton.test', fields }, at.platform);
  const root = document.querySelector('baton-widget')!.shadowRoot!;
  const [name, text] = ['input', 'textarea'].map(
    (one) => root.querySelector<HTMLInputElement>(`form ${one}`)!,
  );
  name!.value = 'Dana';
  text!.value = 'Where is my parcel?';
  root.querySelector('form')!.dispatchEvent(new Event('submit', { cancelable: true }));
  await settle();
  await at.socket().welcome(CUSTOMER);
  expect(visit.stage.get().stage).toBe('open');
  visit.leave();
  expect([...root.querySelectorAll('form [name]')]).toEqual([name, text]);
  expect([name!.value, text!.value]).toEqual(['Dana', '']);
});
