// Builds the library for publishing, and says how large it is: whole, and what a page carries that
// uses a part of it.

import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

rmSync(`${ROOT}client/dist`, { recursive: true, force: true });
execFileSync(`${ROOT}node_modules/.bin/tsc`, ['-p', `${ROOT}client`], { stdio: 'inherit' });

const parts = [
  ['@baton/client, whole', "export * from '@baton/client'"],
  ['… a customer', "export { customer } from '@baton/client'"],
  ['… an agent', "export { connectStaff } from '@baton/client'"],
];
for (const [name, source] of parts) console.log(size(await bundle(source)), name);

/** The code that a page gets which imports just that. */
async function bundle(source) {
  const entry = 'virtual:part';
  const result = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '@baton/client': `${ROOT}client/src/index.ts` } },
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
  return `${kib(Buffer.byteLength(code))}, ${kib(gzipSync(code, { level: 9 }).length)} gzip `;
}
