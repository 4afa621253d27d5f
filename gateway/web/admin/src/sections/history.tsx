// Versions that were published: what each changed, what going back to it would change, and the way
// back.

import { asBatonError, type BatonError, listVersions, type VersionRow } from '@baton/client';
import { useSignal } from '@preact/signals';
import { ArrowLeft } from 'lucide-preact';
import { useEffect } from 'preact/hooks';
import { Button } from '../../../shared/src/ui/button.tsx';
import { useEditor } from '../editing.ts';
import { COLUMN, Heading, Nothing } from '../frame/heading.tsx';
import { hrefOf } from '../routes.ts';
import { words } from '../words/words.ts';
import { ago, moment } from './ago.ts';
import { VersionDetail } from './version.tsx';

export function HistorySection({ version }: { version: string | undefined }) {
  const { http, draft } = useEditor();
  const rows = useSignal<readonly VersionRow[] | null>(null);
  const next = useSignal<string | undefined>(undefined);
  const failure = useSignal<BatonError | null>(null);
  const load = async (cursor?: string) => {
    failure.value = null;
    try {
      const page = await listVersions(http, cursor, { patienceMs: 5_000 });
      rows.value = cursor ? [...(rows.value ?? []), ...page.versions] : page.versions;
      next.value = page.next ?? undefined;
    } catch (thrown) {
      failure.value = asBatonError(thrown);
    }
  };
  const { version: now } = draft.base.value;
  useEffect(() => void load(), [now]);
  const { sections, intro, history, states, errors, otherError } = words.value;
  const all = rows.value ?? [];
  const chosen = version === undefined ? undefined : Number(version);
  // Where there is room for both, what holds now is shown beside the list.
  const shown = chosen ?? now;
  return (
    <div class="grid min-h-0 flex-1 lg:grid-cols-[19rem_minmax(0,1fr)]">
      <div
        class={`min-h-0 flex-col gap-3 overflow-y-auto border-line p-4 lg:flex lg:border-r lg:bg-raised ${chosen === undefined ? 'flex' : 'hidden'}`}
      >
        <Heading title={sections.history} lead={intro.history} />
        {failure.value && (
          <Nothing title={states.failed} more={errors[failure.value.code] ?? otherError}>
            <Button onClick={() => load()}>{states.retry}</Button>
          </Nothing>
        )}
        {rows.value?.length === 0 && <Nothing title={history.none} />}
        <ol aria-label={sections.history} class="flex flex-col">
          {all.map((row) => (
            <Version
              key={row.version}
              row={row}
              isNow={row.version === now}
              isChosen={row.version === shown}
            />
          ))}
        </ol>
        {next.value && (
          <Button class="self-center" onClick={() => load(next.value)}>
            {history.more}
          </Button>
        )}
      </div>
      <div class={`min-h-0 overflow-y-auto ${chosen === undefined ? 'hidden lg:block' : ''}`}>
        {shown > 0 && (
          <div class={COLUMN}>
            <a
              href={hrefOf({ section: 'history' })}
              class="flex min-h-11 items-center gap-1.5 self-start text-accent lg:hidden"
            >
              <ArrowLeft size={16} aria-hidden="true" />
              {words.value.frame.back(sections.history)}
            </a>
            <VersionDetail
              key={shown}
              version={shown}
              row={all.find((row) => row.version === shown)}
              before={all.find((row) => row.version < shown)?.version}
            />
          </div>
        )}
      </div>
    </div>
  );
}

function Version({ row, isNow, isChosen }: { row: VersionRow; isNow: boolean; isChosen: boolean }) {
  const { history, bar } = words.value;
  return (
    <li>
      <a
        href={hrefOf({ section: 'history', id: String(row.version) })}
        aria-current={isChosen ? 'page' : undefined}
        title={moment(row.at)}
        class={`flex min-h-13 flex-col justify-center rounded-lg px-3 py-1.5 ${isChosen ? 'bg-accent-soft' : 'hover:bg-sunken'}`}
      >
        <span class="flex items-center gap-2 font-medium">
          {bar.version(row.version)}
          {isNow && (
            <span class="rounded-md bg-good-soft px-1.5 text-sm font-normal text-good">
              {history.now}
            </span>
          )}
        </span>
        <span class="truncate text-sm text-quiet">
          {ago(row.at)} {history.by} <bdi>{row.by}</bdi>
        </span>
      </a>
    </li>
  );
}
