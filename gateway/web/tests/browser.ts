// A browser without a screen: Chromium as it is installed (`CHROMIUM`, or where Debian has it).

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';

export function launch(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds serious or worse, inside shadow roots too: rule and place. */
export async function flaws(page: Page, selector: string): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async (within) => {
    type Found = { impact: string; id: string; nodes: Array<{ html: string }> };
    const { axe } = window as never as {
      axe: { run(within: string): Promise<{ violations: Found[] }> };
    };
    const { violations } = await axe.run(within);
    const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    return bad.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
  }, selector);
}
