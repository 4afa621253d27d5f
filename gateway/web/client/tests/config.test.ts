import type { Configuration, Workspace } from '@baton/client';
import { expectTypeOf, it } from 'vitest';

it('has the configuration as the server describes it', () => {
  expectTypeOf<Configuration>().toExtend<Workspace>();
});
