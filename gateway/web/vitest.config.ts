// Three rooms of tests: alone (no browser, no server), live (against a real `baton up`), and browser
// (what was built, in Chromium, against a real `baton up`).

import { defineConfig } from 'vitest/config';

const alias = { '@baton/client': new URL('client/src/index.ts', import.meta.url).pathname };

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'alone',
          include: ['{client,widget,shared,start,desk,board,admin,tools}/tests/**/*.test.{ts,tsx}'],
        },
      },
      {
        resolve: { alias },
        test: { name: 'live', include: ['client/live/*.test.ts'], testTimeout: 60_000 },
      },
      {
        resolve: { alias },
        // One at a time: how quick a page is must not depend on what else is tested.
        test: {
          name: 'browser',
          include: ['tests/*.test.ts'],
          testTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
