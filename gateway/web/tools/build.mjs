// Builds the pages into dist/, which is committed, and the library for publishing; says how large
// everything is, and fails when the widget outgrows its bound.

import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { alias, buildWidget, ROOT } from './pages.mjs';

/** A stranger's page carries it: small enough not to be noticed. */
const WIDGET_MOST = 12_000;

rmSync(`${ROOT}client/dist`, { recursive: true, force: true });
execFileSync(`${ROOT}node_modules/.bin/tsc`, ['-p', `${ROOT}client`], { stdio: 'inherit' });

rmSync(`${ROOT}dist`, { recursive: true, force: true });
const parts = [
  ['@baton/client, whole', "export * from '@baton/client'"],
  ['… a customer', "export { customer } from '@baton/client'"],
  ['… an agent', "export { connectStaff } from '@baton/client'"],
];
await buildWidget(`${ROOT}dist`);
const widget = readFileSync(`${ROOT}dist/widget.js`, 'utf8');
console.log(size(widget), 'dist/widget.js');
if (gzipped(widget) > WIDGET_MOST) {
  console.error(`the widget has at most ${WIDGET_MOST} bytes, compressed`);
  process.exitCode = 1;
}

for (const [name, source] of parts) console.log(size(await bundle(source)), name);

/** The code that a page gets which imports just that. */
async function bundle(source) {
  const entry = 'virtual:part';
  const result = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    resolve: { alias },
    plugins: [
      {
        name: 'part',
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? source : undefined),
      },
    ],
    build: {
      write: false,
      rolldownOptions: { input: entry, preserveEntrySignatures: 'strict' },
    },
  });
  return (Array.isArray(result) ? result[0] : result).output[0].code;
}

function size(code) {
  const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`.padStart(9);
  return `${kib(Buffer.byteLength(code))}, ${kib(gzipped(code))} gzip `;
}

function gzipped(code) {
  return gzipSync(code, { level: 9 }).length;
}
