// Names of people within sentences.

/** A name within a sentence: one that runs the other way turns nothing around but itself. */
export function isolated(name: string): string {
  const plain = name.replaceAll(/[\u2066-\u2069]/g, '');
  const turns = /[\u0590-\u08FF\u200E\u200F\u202A-\u202E\uFB1D-\uFEFC]/.test(plain);
  return turns ? `\u2068${plain}\u2069` : plain;
}

/** `Ann, Ben and Chloé`, each apart from the sentence; `and` is the word for it. */
export function inARow(names: readonly string[], and: string): string {
  const all = names.map(isolated);
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} ${and} ${all.at(-1)}`;
}
