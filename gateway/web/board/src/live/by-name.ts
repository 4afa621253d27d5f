// Rows in the order of their names, kept while the names stay: comparing words of a language is
// dear, rows change every second, and names hardly ever.

export type ByName<T> = (rows: Iterable<T>) => readonly T[];

export function byName<T>(id: (row: T) => string, name: (row: T) => string): ByName<T> {
  const collator = new Intl.Collator();
  /** Where each stood last, and under which name. */
  let places = new Map<string, { name: string; place: number }>();
  const place = (rows: readonly T[]): readonly T[] => {
    const sorted = [...rows].sort((a, b) => collator.compare(name(a), name(b)));
    places = new Map(sorted.map((row, at) => [id(row), { name: name(row), place: at }]));
    return sorted;
  };
  return (rows) => {
    const all = [...rows];
    if (all.length !== places.size) return place(all);
    const sorted = new Array<T>(all.length);
    for (const row of all) {
      const known = places.get(id(row));
      if (known?.name !== name(row)) return place(all);
      sorted[known.place] = row;
    }
    return sorted;
  };
}
