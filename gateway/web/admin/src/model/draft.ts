// The draft: what is published, and over it one's own edits, place by place. Large tables are not
// copied for a keystroke: an edit costs as much as the place that it is about.

import type { Configuration } from '@baton/client';
import { type ReadonlySignal, signal } from '@preact/signals';
import { type At, isTable, type Place, placeOf, split, TABLES, type Table } from './place.ts';
import { type Fields, getAt, isDefault, isSame, type Json, setAt } from './value.ts';

/** What was published, with its version; 0 where nothing was yet. */
export interface Base {
  version: number;
  config: Configuration;
}

/** New values of places; `undefined` takes one out. */
export type Edits = ReadonlyMap<Place, Json>;

interface Step {
  place: Place;
  before: Json;
  after: Json;
}

/** One thing done: taken back as one. */
interface Deed {
  steps: Step[];
  /** Edits of one field that follow each other are one deed. */
  field: string;
}

const MOST_DEEDS = 200;

export interface Draft {
  readonly base: ReadonlySignal<Base>;
  /** Rises with every change: whatever reads the draft reads this. */
  readonly revision: ReadonlySignal<number>;
  readonly canUndo: ReadonlySignal<boolean>;
  readonly canRedo: ReadonlySignal<boolean>;
  get(place: Place): Json;
  has(place: Place): boolean;
  read(field: At): Json;
  edit(field: At, value: Json): void;
  /** Several places as one deed. */
  put(values: Iterable<readonly [Place, Json]>): void;
  ids(table: Table): readonly string[];
  /** Places that are not as published. */
  edits(): Edits;
  /** Parts that are no tables, as they would be published. */
  top(): Fields;
  /** One table as it would be published. */
  part(table: Table): Fields;
  /** The document as it would be published. Copies tables that are edited, however large. */
  whole(): Configuration;
  undo(): void;
  redo(): void;
  /** Another base; edits that say the same as it are none any more. */
  rebase(base: Base, edits?: Edits): void;
}

/** What the server adds to a document. */
const ADDED = ['workspace', 'version'];

export function draft(first: Base): Draft {
  const base = signal(first);
  const revision = signal(0);
  const canUndo = signal(false);
  const canRedo = signal(false);
  let edits = new Map<Place, Json>();
  let done: Deed[] = [];
  let undone: Deed[] = [];
  let ids = new Map<Table, readonly string[]>();

  const get = (place: Place) => {
    revision.value;
    return edits.has(place) ? edits.get(place) : published(base.value.config, place);
  };
  const changed = () => {
    canUndo.value = done.length > 0;
    canRedo.value = undone.length > 0;
    revision.value++;
  };
  const write = (place: Place, value: Json) => {
    const before = published(base.value.config, place);
    const { part, id } = split(place);
    const wasThere = edits.has(place) ? edits.get(place) !== undefined : before !== undefined;
    const same = id === undefined ? isSame({ [part]: before }, { [part]: value }) : false;
    if (same || isSame(before, value)) edits.delete(place);
    else edits.set(place, value);
    if (id !== undefined && wasThere !== (value !== undefined)) ids.delete(part as Table);
  };
  const act = (steps: Step[], field: string) => {
    for (const { place, after } of steps) write(place, after);
    const last = done.at(-1);
    if (field && last?.field === field && last.steps[0] && steps[0]) {
      last.steps[0].after = steps[0].after;
    } else {
      done = [...done.slice(-MOST_DEEDS + 1), { steps, field }];
    }
    undone = [];
    changed();
  };

  return {
    base,
    revision,
    canUndo,
    canRedo,
    get,
    has: (place) => get(place) !== undefined,
    read: (field) => getAt(get(field.place), field.path),
    edit(field, value) {
      const before = get(field.place);
      const after = setAt(before, field.path, value);
      const key = typeof value === 'string' || typeof value === 'number' ? keyOf(field) : '';
      act([{ place: field.place, before, after }], key);
    },
    put(values) {
      const steps = [...values].map(([place, after]) => ({ place, before: get(place), after }));
      act(steps, '');
    },
    ids(table) {
      revision.value;
      const known = ids.get(table);
      if (known) return known;
      const fresh = idsOf(base.value.config, edits, table);
      ids.set(table, fresh);
      return fresh;
    },
    edits() {
      revision.value;
      return edits;
    },
    top() {
      revision.value;
      const parts = Object.entries(base.value.config).filter(([part]) => !isTable(part));
      const mine = [...edits].filter(([place]) => split(place).id === undefined);
      return Object.fromEntries([...parts, ...mine]);
    },
    part(table) {
      revision.value;
      const mine = [...edits].filter(([place]) => split(place).part === table);
      const whole = wholeOf({ [table]: base.value.config[table] } as never, new Map(mine));
      return (whole[table] ?? {}) as Fields;
    },
    whole() {
      revision.value;
      return wholeOf(base.value.config, edits);
    },
    undo() {
      const deed = done.pop();
      if (!deed) return;
      for (const { place, before } of deed.steps) write(place, before);
      undone.push(deed);
      changed();
    },
    redo() {
      const deed = undone.pop();
      if (!deed) return;
      for (const { place, after } of deed.steps) write(place, after);
      done.push({ ...deed, field: '' });
      changed();
    },
    rebase(next, kept = edits) {
      const wanted = [...kept];
      base.value = next;
      edits = new Map();
      ids = new Map();
      [done, undone] = [[], []];
      for (const [place, value] of wanted) write(place, value);
      ids = new Map();
      changed();
    },
  };
}

const keyOf = ({ place, path }: At) => JSON.stringify([place, path]);

/** What a published configuration has at a place. */
export function published(config: Configuration, place: Place): Json {
  const { part, id } = split(place);
  const value = (config as unknown as Fields)[part];
  if (id === undefined) return value;
  const table = (value ?? {}) as Fields;
  return Object.hasOwn(table, id) ? table[id] : undefined;
}

/** All places of a configuration. */
export function* placesOf(config: Configuration): Generator<Place> {
  for (const part of Object.keys(config)) {
    if (ADDED.includes(part)) continue;
    const table = TABLES.find((one) => one === part);
    if (!table) yield part;
    else for (const id of Object.keys(config[table] ?? {})) yield placeOf(table, id);
  }
}

/** What must be edited in one configuration to make it another. */
export function editsBetween(from: Configuration, to: Configuration): Map<Place, Json> {
  const edits = new Map<Place, Json>();
  for (const place of new Set([...placesOf(from), ...placesOf(to)])) {
    const [before, after] = [published(from, place), published(to, place)];
    const { part, id } = split(place);
    const idle = id === undefined && isDefault(part, before) && isDefault(part, after);
    if (!idle && !isSame(before, after)) edits.set(place, after);
  }
  return edits;
}

function idsOf(config: Configuration, edits: Edits, table: Table): readonly string[] {
  const there = Object.keys(config[table] ?? {});
  const gone = new Set<string>();
  const fresh: string[] = [];
  for (const [place, value] of edits) {
    const { part, id } = split(place);
    if (part !== table || id === undefined) continue;
    if (value === undefined) gone.add(id);
    else if (published(config, place) === undefined) fresh.push(id);
  }
  return [...(gone.size ? there.filter((id) => !gone.has(id)) : there), ...fresh];
}

function wholeOf(config: Configuration, edits: Edits): Configuration {
  const whole = { ...config } as unknown as Fields;
  for (const part of ADDED) delete whole[part];
  const own = new Set<string>();
  for (const [place, value] of edits) {
    const { part, id } = split(place);
    if (id === undefined) {
      if (value === undefined) delete whole[part];
      else whole[part] = value;
      continue;
    }
    if (!own.has(part)) whole[part] = { ...(whole[part] as Fields | undefined) };
    own.add(part);
    if (value === undefined) delete (whole[part] as Fields)[id];
    else (whole[part] as Fields)[id] = value;
  }
  return whole as unknown as Configuration;
}
