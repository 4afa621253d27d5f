// How the administration looks in every section: no serious flaw, nothing to scroll sideways.
// Its states are among the pictures.

import { beforeAll, describe, it } from 'vitest';
import { atTheAdministration, go, open, page, publishElsewhere } from './admin-page.ts';
import { isFine } from './looks.ts';
import { furnish } from './scenes.ts';

atTheAdministration();

describe('its look', () => {
  beforeAll(() => publishElsewhere(furnish), 60_000);
  const SECTIONS = [
    ['overview', '/'],
    ['queues', '/queues'],
    ['queue', '/queues/billing'],
    ['agent', '/agents/agent1'],
    ['profile', '/profiles/first_line'],
    ['hours', '/hours/office'],
    ['rules', '/rules/1'],
    ['policies', '/policies'],
    ['widget', '/widget'],
    ['history', '/history'],
    ['version', '/history/1'],
    ['file', '/file'],
    ['general', '/general'],
    ['review', '/review'],
  ] as const;

  it.each([
    ['light', 1440, 'en'],
    ['dark', 1440, 'en'],
    ['light', 360, 'de'],
    ['dark', 360, 'de'],
  ] as const)('has no serious flaw and fits, in %s at %d pixels in %s', async (...look) => {
    const [scheme, width, locale] = look;
    await open('/agents/agent1', 'admin', { scheme, width, locale });
    await page
      .getByLabel(locale === 'en' ? 'Level' : 'Stufe', { exact: true })
      .first()
      .fill('20');
    await page.getByText(locale === 'en' ? '1 error' : '1 Fehler').waitFor();
    for (const [name, path] of SECTIONS) {
      await go(path);
      await page.getByRole('heading', { level: 2 }).first().waitFor();
      await page.getByText(/^(Loading|Die Konfiguration wird)/).waitFor({ state: 'detached' });
      await isFine(page, `admin-${name}-${scheme}-${width}`);
    }
  });
});
