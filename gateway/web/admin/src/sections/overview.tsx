// The first thing to see: what holds, what is being made of it, and what the check finds.

import { listVersions, type VersionRow } from '@baton/client';
import { useEffect, useState } from 'preact/hooks';
import { useEditor } from '../editing.ts';
import { Group } from '../forms/frame.tsx';
import { Findings } from '../frame/findings.tsx';
import { COLUMN, Heading } from '../frame/heading.tsx';
import { useJumps } from '../jump.ts';
import type { Table } from '../model/place.ts';
import { hrefOf } from '../routes.ts';
import { words } from '../words/words.ts';
import { ago } from './ago.ts';

const CARDS: readonly Table[] = ['queues', 'agents', 'skills', 'profiles', 'hours', 'supervisors'];

export function OverviewSection() {
  const { draft, check } = useEditor();
  useJumps();
  const { sections, overview, bar, found } = words.value;
  const edits = draft.edits().size;
  return (
    <div class={COLUMN}>
      <Heading title={sections.overview} />
      {draft.base.value.version === 0 && <First />}
      <ul class="grid grid-cols-2 gap-3 sm:grid-cols-3 xl:grid-cols-6">
        {CARDS.map((table) => (
          <li key={table}>
            <a
              href={hrefOf({ section: table })}
              class="flex flex-col rounded-xl border border-line bg-raised p-4 hover:border-accent"
            >
              <span class="text-2xl font-semibold tabular-nums">
                {draft.ids(table).length.toLocaleString()}
              </span>
              <span class="text-sm break-words text-quiet">{sections[table]}</span>
            </a>
          </li>
        ))}
      </ul>
      <div class="grid gap-4 md:grid-cols-2">
        <Group title={overview.holds}>
          <Holds />
        </Group>
        <Group title={overview.draft}>
          <p>{edits === 0 ? overview.draftNone : bar.changes(edits)}</p>
          {edits > 0 && (
            <a class="self-start py-0.5 text-accent underline" href={hrefOf({ section: 'review' })}>
              {bar.review}
            </a>
          )}
        </Group>
      </div>
      <section class="flex flex-col gap-2">
        <h3 class="font-semibold">{found.title}</h3>
        {check.state.value === 'running' && check.findings.value.length === 0 ? (
          <p class="text-quiet">{bar.checking}</p>
        ) : (
          <Findings findings={check.findings.value} />
        )}
      </section>
    </div>
  );
}

function First() {
  const { overview } = words.value;
  return (
    <div class="flex flex-col items-start gap-2 rounded-xl bg-accent-soft p-5">
      <h3 class="font-semibold">{overview.first}</h3>
      <p>{overview.firstMore}</p>
      <p class="flex flex-wrap gap-4">
        <a class="text-accent underline" href={hrefOf({ section: 'queues' })}>
          {overview.toQueues}
        </a>
        <a class="text-accent underline" href={hrefOf({ section: 'file' })}>
          {overview.toImport}
        </a>
      </p>
    </div>
  );
}

function Holds() {
  const { http, draft } = useEditor();
  const { version } = draft.base.value;
  const [row, setRow] = useState<VersionRow | null>(null);
  useEffect(() => {
    let isHere = true;
    listVersions(http)
      .then(
        ({ versions }) => isHere && setRow(versions.find((one) => one.version === version) ?? null),
      )
      // What is not said is no harm.
      .catch(() => {});
    return () => {
      isHere = false;
    };
  }, [version]);
  const { bar, overview, sections } = words.value;
  return (
    <>
      <p>
        {version === 0 ? bar.noVersion : bar.version(version)}
        {row && `, ${overview.publishedBy(row.by, ago(row.at))}`}
      </p>
      <a class="self-start py-0.5 text-accent underline" href={hrefOf({ section: 'history' })}>
        {sections.history}
      </a>
    </>
  );
}
