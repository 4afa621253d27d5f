// Which lines of a chat a client has and which it must fetch. Pure; the contract's rule: of a chat
// that is new to a connection the lines up to its `seq` are read by GET, those after it come by
// themselves, and a resume brings what came meanwhile. `seq` is the reader's own count: a
// customer's never meets an agent's, since each session has one reader.

/** Lines to be read by GET: after one number, up to another (all there are, if none is named). */
export interface Owed {
  after: number;
  upto: number | null;
}

export interface Tail {
  /** All lines up to this one came, or are owed. */
  readonly upto: number;
  /** Whether new lines come by themselves. */
  readonly present: boolean;
  /** A copy of the chat says what its last line is, and whether the reader takes part. */
  mention(seq: number, present: boolean): void;
  /** A line came by itself. */
  came(seq: number): void;
  /** Continuity was lost: everything up to this one must be there. */
  resync(seq: number): void;
  /** New lines do not come any more; those that were said meanwhile are fetched. */
  depart(): void;
  /** The next lines to fetch. */
  next(): Owed | undefined;
  /** They could not be had, and are tried again later. */
  giveBack(owed: Owed): void;
}

export function tail(isPresent = false): Tail {
  const owed: Owed[] = [];
  let upto = 0;
  let present = isPresent;
  /** Whether a copy of the chat has been seen. */
  let isKnown = isPresent;

  const owe = (seq: number) => {
    if (seq > upto) {
      owed.push({ after: upto, upto: seq });
      upto = seq;
    }
  };
  return {
    get upto() {
      return upto;
    },
    get present() {
      return present;
    },
    mention(seq, isThere) {
      const isNews = !isKnown || isThere !== present;
      present = isThere;
      isKnown = true;
      // While one takes part, what is after the known lines comes by itself.
      if (isNews) owe(seq);
    },
    came(seq) {
      owe(seq - 1);
      upto = Math.max(upto, seq);
    },
    resync: owe,
    depart() {
      if (present) owed.push({ after: upto, upto: null });
      present = false;
    },
    next: () => owed.shift(),
    giveBack: (back) => void owed.unshift(back),
  };
}
