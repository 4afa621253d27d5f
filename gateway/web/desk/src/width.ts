// Whether the page is a phone's: one column at a time. The same bound as the `md:` classes.

import { signal } from '@preact/signals';

const narrow = matchMedia('(max-width: 47.99rem)');

export const isNarrow = signal(narrow.matches);
narrow.addEventListener('change', () => {
  isNarrow.value = narrow.matches;
});
