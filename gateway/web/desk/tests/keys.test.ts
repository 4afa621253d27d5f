// @vitest-environment happy-dom
// Shortcuts leave the letters alone that a keyboard makes with the same keys.

import { connectStaff } from '@baton/client';
import { fireEvent } from '@testing-library/preact';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { settle, world } from '../../client/tests/world.ts';
import { closeDialog, dialog } from '../src/dialogs.ts';
import { listenToKeys } from '../src/keys.ts';

vi.stubGlobal(
  'AudioContext',
  class {
    resume() {}
  },
);
let end = () => {};
afterEach(() => {
  end();
  closeDialog();
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

async function open(platform: string) {
  vi.spyOn(navigator, 'platform', 'get').mockReturnValue(platform);
  const { platform: fake } = world();
  const desk = connectStaff({ url: 'http://baton.test', token: () => 't', platform: fake });
  await settle();
  end = listenToKeys(desk);
  const field = document.createElement('textarea');
  document.body.append(field);
  return field;
}
/** Whether the directory opens. */
function pressed(on: Element, more: KeyboardEventInit): boolean {
  closeDialog();
  fireEvent.keyDown(on, { code: 'KeyK', altKey: true, ...more });
  return dialog.value !== null;
}

describe('a shortcut', () => {
  it('is taken anywhere where Alt makes no letters', async () => {
    const field = await open('Linux x86_64');
    expect(pressed(field, {})).toBe(true);
    expect(pressed(field, { ctrlKey: true })).toBe(false);
  });

  it('leaves Option to letters while one writes on a Mac', async () => {
    const field = await open('MacIntel');
    expect(pressed(field, {})).toBe(false);
    expect(pressed(field, { ctrlKey: true })).toBe(true);
    expect(pressed(document.body, {})).toBe(true);
  });

  it('of one character is a character where one writes', async () => {
    const field = await open('Linux x86_64');
    const question = { altKey: false, code: 'Slash', key: '?' };
    expect(pressed(field, question)).toBe(false);
    expect(pressed(document.body, question)).toBe(true);
  });

  it('counts once while it is held down', async () => {
    await open('Linux x86_64');
    expect(pressed(document.body, { repeat: true })).toBe(false);
  });
});
