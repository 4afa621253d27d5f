// Whether a page looks as it must: nothing is wider than its place, targets can be hit, nothing is
// a serious flaw of access; and pictures of it, where they are wished (`PICTURES=FOLDER`).

import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { flaws } from './browser.ts';

/** A phone's screen and a desk's. */
export const sizeOf = (width: number) => ({ width, height: width < 768 ? 740 : 900 });

/** The desk is worked at with thumbs: on a phone its targets are larger than they must be. */
const FOR_THUMBS = 44;
const LEAST = 24;

export async function isFine(page: Page, name: string) {
  const isDesk = new URL(page.url()).pathname === '/desk';
  const isPhone = (page.viewportSize()?.width ?? 0) < 768;
  const least = isDesk && isPhone ? FOR_THUMBS : LEAST;
  await shot(page, name);
  expect({ [name]: await misfits(page, least) }).toEqual({ [name]: [] });
  expect({ [name]: await flaws(page, 'html') }).toEqual({ [name]: [] });
}

/** Leaves a picture, where that is wished. */
export async function shot(page: Page, name: string, fullPage = false) {
  const { PICTURES } = process.env;
  if (!PICTURES) return;
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${PICTURES}/${name}.png`, animations: 'disabled', fullPage });
}

/** What reaches over its place, must be scrolled sideways, or is too small to be hit. */
const misfits = (page: Page, least: number) =>
  page.evaluate((atLeast) => {
    // Shadow roots are part of the page.
    const within = (root: ParentNode): Element[] =>
      [...root.querySelectorAll('*')].flatMap((it) => [
        it,
        ...(it.shadowRoot ? within(it.shadowRoot) : []),
      ]);
    const isSeen = (it: Element) => {
      const { width, height } = it.getBoundingClientRect();
      return width > 1 && height > 1 && !it.closest('.sr-only, .voice') && it.checkVisibility();
    };
    const all = within(document.body).filter(isSeen);
    // What is cut with an ellipsis is cut.
    const isWhole = (it: Element) => !it.parentElement?.closest('.truncate');
    const edge = document.documentElement.clientWidth + 1;
    const wide = all.filter((it) => isWhole(it) && it.getBoundingClientRect().right > edge);
    const scrolls = (it: Element) => /auto|scroll/.test(getComputedStyle(it).overflowX);
    const isOver = (it: Element) => it.scrollWidth > it.clientWidth + 1;
    const sideways = [document.documentElement, ...all.filter(scrolls)].filter(
      (it) => isOver(it) && !it.matches('pre, textarea'),
    );
    // Cut off at the edge of its card.
    const cut = all.filter(
      (it) =>
        it.matches('section, table, tbody, tr, dl, fieldset') && isOver(it) && !it.closest('thead'),
    );
    const small = all.filter((it) => {
      const { width, height } = it.getBoundingClientRect();
      const isTarget = it.matches('button, a, select, input:not([type=checkbox], [type=radio])');
      const isInline = it.closest('[role=log], p, td, dd') !== null;
      return isTarget && !isInline && Math.min(width, height) < atLeast - 0.5;
    });
    const told = (what: string, them: Element[]) =>
      them.slice(0, 4).map((it) => `${what}: ${it.outerHTML.slice(0, 160)}`);
    return [
      ...told('over the edge', wide),
      ...told('sideways', sideways),
      ...told('cut', cut),
      ...told('small', small),
    ];
  }, least);
