// The package as a stranger gets it: packed, unpacked elsewhere, its examples compiled against it,
// and loaded by Node.

import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const CLIENT = fileURLToPath(new URL('..', import.meta.url));
/** Beside what is installed, so that what the examples use besides is found. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
const TSC = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));

/** What the README leaves to the reader. */
const SURROUNDINGS = `
import type { Chat, Line, OpenOffer } from '@baton/client';
declare global {
  const follow: typeof import('./example-3.js').follow;
  function refuse(code: string): void;
  function render(lines: readonly Line[]): void;
  function place(position: Chat['position'], ewt: Chat['ewt'], closed: Chat['closed']): void;
  function ring(offer: OpenOffer, leftS: number): void;
  function currentToken(): Promise<string>;
  function nobodyIsFree(outcome: string): Promise<boolean>;
  function confirmFirst(): void;
}
`;
const CONFIG = {
  compilerOptions: {
    target: 'es2022',
    module: 'nodenext',
    lib: ['es2023', 'dom', 'dom.iterable'],
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
  },
};

let room: string;
let unpacked: string;

function run(program: string, args: string[], cwd: string): string {
  try {
    return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`);
  }
}

beforeAll(() => {
  mkdirSync(CACHE, { recursive: true });
  room = mkdtempSync(join(CACHE, 'package-'));
  unpacked = join(room, 'node_modules/@baton/client');
  mkdirSync(unpacked, { recursive: true });
  run('npm', ['pack', '--pack-destination', room], CLIENT);
  const packed = readdirSync(room).find((name) => name.endsWith('.tgz')) ?? '';
  run('tar', ['-xzf', join(room, packed), '-C', unpacked, '--strip-components=1'], room);
}, 60_000);
afterAll(() => rmSync(room, { recursive: true, force: true }));

it('holds what runs, its types, what to read and its licences, and no sources', () => {
  expect(readdirSync(unpacked).sort()).toEqual([
    'LICENSE-APACHE',
    'LICENSE-MIT',
    'README.md',
    'dist',
    'package.json',
  ]);
  const { exports } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
  for (const file of Object.values(exports['.']) as string[]) {
    expect(existsSync(join(unpacked, file)), file).toBe(true);
  }
  const kinds = readdirSync(join(unpacked, 'dist')).map((name) => name.replace(/^[\w-]+/, ''));
  expect(new Set(kinds)).toEqual(new Set(['.js', '.d.ts']));
});

it('is what the examples of its README are written for', () => {
  const readme = readFileSync(join(unpacked, 'README.md'), 'utf8');
  const examples = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code ?? '');
  expect(examples).toHaveLength(5);
  const write = (name: string, text: string) => writeFileSync(join(room, name), text);
  for (const [at, code] of examples.entries()) write(`example-${at + 1}.ts`, code);
  write('surroundings.ts', SURROUNDINGS);
  write('tsconfig.json', JSON.stringify(CONFIG));
  write('package.json', JSON.stringify({ type: 'module' }));
  run(TSC, ['-p', room], room);
}, 60_000);

it('is loaded by Node as it is', () => {
  const look = "console.log(Object.keys(await import('@baton/client')).join(' '))";
  const names = run('node', ['--input-type=module', '-e', look], room).trim().split(' ');
  expect(names).toEqual(expect.arrayContaining(['BatonError', 'connectStaff', 'customer']));
});
