// Somebody else has published: what they changed, and how it goes together with one's own draft.

import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Button } from '../../../shared/src/ui/button.tsx';
import { useEditor } from '../editing.ts';
import { Group } from '../forms/frame.tsx';
import { nameOfPlace } from '../forms/names.ts';
import { COLUMN, Heading, Nothing } from '../frame/heading.tsx';
import { type Base, editsBetween } from '../model/draft.ts';
import { type Clash, merge } from '../model/merge.ts';
import { textOf } from '../model/place.ts';
import { newest } from '../model/publishing.ts';
import { go } from '../routes.ts';
import { say } from '../say.ts';
import { words } from '../words/words.ts';
import { Difference } from './difference.tsx';

export function NewerSection() {
  const { http, draft, newer, publisher } = useEditor();
  const [theirs, setTheirs] = useState<Base | null>(null);
  const [isFailed, setFailed] = useState(false);
  const row = newer.version.value;
  const { version } = draft.base.value;
  useEffect(() => {
    let isHere = true;
    void newer.look();
    newest(http)
      .then((base) => isHere && setTheirs(base))
      .catch(() => isHere && setFailed(true));
    return () => {
      isHere = false;
      publisher.settle();
    };
  }, [row?.version]);
  const { sections, newer: said, states } = words.value;
  if (isFailed) return <Nothing title={states.failed} />;
  if (!theirs) return <Nothing title={states.loading} />;
  if (theirs.version <= version) {
    return <Nothing title={said.nothing} />;
  }
  return (
    <div class={COLUMN}>
      <Heading title={sections.newer} lead={said.lead(theirs.version, row?.by ?? said.somebody)} />
      <Together key={theirs.version} theirs={theirs} />
    </div>
  );
}

function Together({ theirs }: { theirs: Base }) {
  const editor = useEditor();
  const { draft } = editor;
  const base = draft.base.value.config;
  const edits = draft.edits();
  const revision = draft.revision.value;
  const changed = useMemo(() => editsBetween(base, theirs.config), [base, theirs]);
  const { clashes } = useMemo(() => merge(base, theirs.config, edits), [base, theirs, revision]);
  const yielded = useSignal<ReadonlySet<string>>(new Set());
  const { newer: said } = words.value;
  const turn = (clash: Clash, isTheirs: boolean) => {
    const next = new Set(yielded.value);
    if (isTheirs) next.add(textOf(clash));
    else next.delete(textOf(clash));
    yielded.value = next;
  };
  const follow = () => {
    editor.continueOver(
      theirs,
      clashes.filter((clash) => yielded.value.has(textOf(clash))),
    );
    go({ section: 'review' }, { replace: true });
  };
  const throwMine = () => {
    draft.rebase(theirs, new Map());
    void editor.newer.look();
    go({ section: 'overview' }, { replace: true });
  };
  return (
    <>
      <Group
        title={clashes.length > 0 ? said.clashes : said.clashesNone}
        {...(clashes.length > 0 && { hint: said.clashesHint })}
      >
        {clashes.map((clash) => (
          <ClashChoice
            key={textOf(clash)}
            clash={clash}
            isTheirs={yielded.value.has(textOf(clash))}
            turn={(isTheirs) => turn(clash, isTheirs)}
          />
        ))}
        <div class="flex flex-wrap gap-2">
          <Button look="primary" class="max-sm:min-h-11" onClick={follow}>
            {said.go}
          </Button>
          <Button look="bad" class="max-sm:min-h-11" onClick={throwMine}>
            {said.throwMine}
          </Button>
        </div>
      </Group>
      <section class="flex flex-col gap-2">
        <h3 class="font-semibold">{said.theirs}</h3>
        {changed.size === 0 ? (
          <p class="text-quiet">{said.theirsNone}</p>
        ) : (
          <Difference from={base} edits={changed} />
        )}
      </section>
      <section class="flex flex-col gap-2">
        <h3 class="font-semibold">{said.mine}</h3>
        <Difference from={base} edits={edits} />
      </section>
    </>
  );
}

interface ClashChoiceProps {
  clash: Clash;
  isTheirs: boolean;
  turn(isTheirs: boolean): void;
}

function ClashChoice({ clash, isTheirs, turn }: ClashChoiceProps) {
  const { draft } = useEditor();
  const { newer: said, review } = words.value;
  const name = textOf(clash);
  const title = [nameOfPlace(draft, clash.place), say.path(clash.path)].filter(Boolean).join(' › ');
  const inWords = (it: unknown) =>
    it === undefined ? review.nothingThere : say.value(draft, clash.path, it);
  const option = (label: string, it: unknown, chosen: boolean, isForTheirs: boolean) => (
    <label class="flex min-w-0 cursor-pointer items-start gap-2 rounded-lg border border-line p-3 has-checked:border-accent has-checked:bg-accent-soft">
      <input
        type="radio"
        name={name}
        class="mt-1 size-4 shrink-0 accent-accent"
        checked={chosen}
        onChange={() => turn(isForTheirs)}
      />
      <span class="min-w-0">
        <span class="block text-sm text-quiet">{label}</span>
        <span class="block break-words whitespace-pre-wrap" dir="auto">
          {inWords(it)}
        </span>
      </span>
    </label>
  );
  return (
    <fieldset class="flex min-w-0 flex-col gap-2">
      <legend class="mb-1 text-sm font-medium break-words">{title}</legend>
      <div class="grid gap-2 sm:grid-cols-2">
        {option(said.keepMine, clash.mine, !isTheirs, false)}
        {option(said.takeTheirs, clash.theirs, isTheirs, true)}
      </div>
    </fieldset>
  );
}
