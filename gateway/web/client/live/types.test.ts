// The types of the contract are what a real server says of itself.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { Baton } from '../../tests/baton.ts';

const TOOL = new URL('../../tools/types.mjs', import.meta.url).pathname;

it('are those that the server describes', async () => {
  const baton = await Baton.up();
  try {
    const compared = await promisify(execFile)('node', [TOOL, '--from', baton.admin, '--check']);
    expect(compared.stdout).toContain('is what the server says');
  } finally {
    await baton.down();
  }
});
