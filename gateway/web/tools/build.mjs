// Builds the pages into dist/, which is committed, and the library for publishing; says how large
// everything is, and fails when the widget outgrows its bound.

import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { alias, buildPages, buildWidget, PAGES, ROOT } from './pages.mjs';

/** A stranger's page carries it: small enough not to be noticed. */
const WIDGET_MOST = 12_000;
/** First loads of the pages, without the font. */
const PAGES_MOST = { start: 150_000, desk: 150_000, board: 200_000, admin: 200_000 };

rmSync(`${ROOT}client/dist`, { recursive: true, force: true });
execFileSync(`${ROOT}node_modules/.bin/tsc`, ['-p', `${ROOT}client`], { stdio: 'inherit' });

rmSync(`${ROOT}dist`, { recursive: true, force: true });
const parts = [
  ['@baton/client, whole', "export * from '@baton/client'"],
  ['… a customer', "export { customer } from '@baton/client'"],
  ['… an agent', "export { connectStaff } from '@baton/client'"],
];
await buildWidget(`${ROOT}dist`);
await buildPages(`${ROOT}dist`);
for (const page of PAGES) {
  bound(firstLoad(page), `first load of /${page}, without the font`, PAGES_MOST[page]);
}
bound(readFileSync(`${ROOT}dist/widget.js`, 'utf8'), 'dist/widget.js', WIDGET_MOST);

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

/** Says how large it is, and fails when that is too much. */
function bound(code, name, most) {
  console.log(size(code), name);
  if (gzipped(code) <= most) return;
  console.error(`${name} has at most ${most} bytes, compressed`);
  process.exitCode = 1;
}

/** What a page's HTML asks for, together. */
function firstLoad(page) {
  const html = readFileSync(`${ROOT}dist/${page}/index.html`, 'utf8');
  const files = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path);
  return html + files.map((path) => readFileSync(`${ROOT}dist${path}`, 'utf8')).join('');
}

function size(code) {
  const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`.padStart(9);
  return `${kib(Buffer.byteLength(code))}, ${kib(gzipped(code))} gzip `;
}

function gzipped(code) {
  return gzipSync(code, { level: 9 }).length;
}
