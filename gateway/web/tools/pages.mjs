// How each page is built: used by the build, by the tests that drive a browser, and while working.

import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import { minify } from 'terser';
import { build } from 'vite';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const alias = { '@baton/client': `${ROOT}client/src/index.ts` };

/** The pages for staff. */
export const PAGES = ['start', 'desk', 'board', 'admin'].filter((page) =>
  existsSync(`${ROOT}${page}/index.html`),
);

/** The pages for staff: a folder each with its `index.html`, and what they share in `assets/`. */
export async function buildPages(outDir) {
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    resolve: { alias },
    plugins: [tailwindcss()],
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir,
      emptyOutDir: false,
      target: 'es2023',
      // Browsers that lack it lack more; and it would be a script inside the page.
      modulePreload: { polyfill: false },
      rolldownOptions: { input: PAGES.map((page) => `${ROOT}${page}/index.html`) },
    },
  });
}

/** Scripts without imports, for a tag on anybody's page: the widget, and one a language. */
export async function buildWidget(outDir) {
  await buildScript('widget/src/main.ts', outDir, 'widget.js');
  for (const language of ['de', 'fr', 'es']) {
    await buildScript(`widget/src/words/${language}.ts`, outDir, `widget.${language}.js`);
  }
}

const TERSER = {
  ecma: 2020,
  compress: { passes: 3, sequences: false, unsafe: true, unsafe_arrows: true, hoist_funs: true },
};

async function buildScript(entry, outDir, fileName) {
  const [result] = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    resolve: { alias },
    build: {
      write: false,
      target: 'es2022',
      // Nothing in its style needs to be said otherwise, and what says so is long.
      cssTarget: 'chrome123',
      lib: { entry: ROOT + entry, name: 'script', formats: ['iife'], fileName: () => fileName },
    },
  });
  // Twice more: strangers' pages carry it, and each time leaves less.
  // Lists of a style need no spaces; a sentence keeps its own.
  let code = result.output[0].code.replaceAll(/(srgb|%|\)), (?=var|light|#)/g, '$1,');
  for (let time = 0; time < 2; time++) code = (await minify(code, TERSER)).code;
  await mkdir(outDir, { recursive: true });
  await writeFile(`${outDir}/${fileName}`, `${code}\n`);
}
