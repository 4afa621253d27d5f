// Whether another tab of this browser edits for the same person: its draft is not left behind. Told
// by a lock that each holds; where there are none (a page without TLS) nobody is known.

const lockOf = (owner: string) => `baton.editing.${owner}`;

export async function isEditedElsewhere(owner: string): Promise<boolean> {
  const locks = await navigator.locks?.query();
  return locks?.held?.some((lock) => lock.name === lockOf(owner)) ?? false;
}

/** Says that this tab edits, until the answer is called. */
export function editHere(owner: string): () => void {
  let stop = () => {};
  const until = new Promise<void>((resolve) => {
    stop = resolve;
  });
  void navigator.locks?.request(lockOf(owner), { mode: 'shared' }, () => until);
  return stop;
}
