// @vitest-environment happy-dom
// Small things that are said and read rightly.

import { afterEach, describe, expect, it } from 'vitest';
import { go, LIST_HREF, place } from '../src/place.ts';
import { de } from '../src/words/de.ts';
import { en } from '../src/words/en.ts';

afterEach(() => go(LIST_HREF));

describe('what is counted', () => {
  it('is one or many', () => {
    expect([en.offer.left(1), en.offer.left(2)]).toEqual(['1 second left', '2 seconds left']);
    expect([en.composer.left(1), en.composer.left(0)]).toEqual([
      '1 character left',
      '0 characters left',
    ]);
    expect([de.offer.left(1), de.offer.left(2)]).toEqual(['noch 1 Sekunde', 'noch 2 Sekunden']);
  });
});

describe('the address', () => {
  it('that cannot be read is the list', () => {
    go('#/chat/%');
    expect(place.value).toEqual({ at: 'list' });
  });
});
