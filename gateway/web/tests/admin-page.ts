// The administration as tests drive it: a Baton and a browser for a file of tests, somebody signed
// in, and the places of the page by name.

import type { Configuration } from '@baton/client';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { Baton } from './baton.ts';
import { launch } from './browser.ts';
import { type Site, site } from './site.ts';

let baton: Baton;
let browser: Browser;
export let host: Site;
export let context: BrowserContext;
export let page: Page;
/** What went wrong in the page. */
export let errors: string[] = [];

/** Once in a file of tests. */
export function atTheAdministration() {
  beforeAll(async () => {
    baton = await Baton.up();
    host = await site(baton.url);
    browser = await launch();
  }, 60_000);
  beforeEach(() => {
    errors = [];
  });
  afterEach(() => context?.close());
  afterAll(async () => {
    await browser?.close();
    await host?.close();
    await baton?.down();
  });
}

export interface Look {
  scheme?: 'light' | 'dark';
  width?: number;
  locale?: string;
}

/** A browser of its own with somebody signed in. */
export async function open(path: string, role = 'admin', { scheme = 'light', ...look }: Look = {}) {
  context = await browser.newContext({
    colorScheme: scheme,
    viewport: { width: look.width ?? 1440, height: 900 },
    locale: look.locale ?? 'en',
  });
  page = await tab(path, role);
}

/** One more tab of that browser. */
export async function tab(path: string, role = 'admin'): Promise<Page> {
  const one = await context.newPage();
  one.on('pageerror', (error) => errors.push(String(error)));
  const token = baton.token(role, role === 'admin' ? 'admin' : 'lead1');
  await one.addInitScript((text) => sessionStorage.setItem('baton.token', text), token);
  await one.goto(`${host.url}/admin#${path}`);
  return one;
}

/** Closes the tab, and goes on in another. */
export async function reopen(path: string) {
  await page.close();
  page = await tab(path);
}

/** Goes there within the page. */
export const go = (path: string) =>
  page.evaluate((hash) => {
    location.hash = hash;
  }, path);

export const bar = (of = page) => of.getByRole('region', { name: 'Draft' });
export const field = (path: string, of = page) => of.locator(`[id="${path}"]`);
export const around = (path: string) => page.locator(`[data-path="${path}"]`).last();
export const publish = (of = page) => of.getByRole('button', { name: 'Publish', exact: true });

export async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  const authorization = `Bearer ${baton.token('admin', 'admin')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await fetch(`${baton.url}/v1${path}`, { ...init, headers });
  const body = await answer.json();
  if (!answer.ok) throw new Error(JSON.stringify(body));
  return body as T;
}

/** What holds. */
export const config = () => call<Configuration>('/config');

/** Somebody else publishes. */
export async function publishElsewhere(change: (config: Configuration) => void) {
  const now = await config();
  change(now);
  await call('/config', { method: 'PUT', body: JSON.stringify(now) });
}

/** Whether anything must be scrolled sideways to be seen. */
export const isWide = () =>
  page.evaluate(() => {
    const boxes = [document.documentElement, ...document.querySelectorAll('main, main *')];
    const scrolls = (box: Element) =>
      box === document.documentElement || /auto|scroll/.test(getComputedStyle(box).overflowX);
    return boxes.some(
      (box) => scrolls(box) && !box.matches('pre') && box.scrollWidth > box.clientWidth,
    );
  });
