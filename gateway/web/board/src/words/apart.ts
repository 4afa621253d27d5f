// Names inside a sentence, each apart from it: what is written from right to left in one turns
// nothing else around.

export const apart = (names: readonly string[]): string =>
  names.map((name) => `\u2068${name}\u2069`).join(', ');
