// Writes client/src/types.ts from the documents that a server publishes about itself, which it
// derives from its own types. `--check` compares instead of writing.
//
//   npm run types                                     from http://127.0.0.1:7081
//   npm run types -- --from http://127.0.0.1:9081     from another admin address
//   npm run types -- --openapi FILE --asyncapi FILE   from files

import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { asyncapi as pending } from './asyncapi.mjs';
import { render } from './schema.mjs';

const FILE = fileURLToPath(new URL('../client/src/types.ts', import.meta.url));

const { values: options } = parseArgs({
  options: {
    from: { type: 'string', default: 'http://127.0.0.1:7081' },
    openapi: { type: 'string' },
    asyncapi: { type: 'string' },
    check: { type: 'boolean', default: false },
  },
});

async function document(name) {
  const file = options[name];
  if (file) return JSON.parse(await readFile(file, 'utf8'));
  const url = `${options.from}/${name}.json`;
  const response = await fetch(url);
  if (response.ok) return response.json();
  if (name === 'asyncapi' && response.status === 404) return pending;
  throw new Error(`${url}: ${response.status}`);
}

/** All schemas; one that both describe must be the same in both. */
function together(documents) {
  const all = new Map();
  for (const { components } of documents) {
    for (const [name, schema] of Object.entries(components.schemas)) {
      const other = all.get(name);
      if (other && JSON.stringify(other) !== JSON.stringify(schema)) {
        throw new Error(`${name} is described in two ways`);
      }
      all.set(name, schema);
    }
  }
  return all;
}

const source = render(together([await document('openapi'), await document('asyncapi')]));
const old = await readFile(FILE, 'utf8').catch(() => '');
if (source === old) {
  console.log('client/src/types.ts is what the server says');
} else if (options.check) {
  console.error('client/src/types.ts is not what the server says: npm run types');
  process.exitCode = 1;
} else {
  await writeFile(FILE, source);
  console.log('client/src/types.ts is written');
}
