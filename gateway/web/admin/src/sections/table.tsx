// A table of the configuration: its rows beside the one that is being edited; on narrow screens the
// one or the other.

import { useSignal } from '@preact/signals';
import { ArrowLeft, Copy, Trash2 } from 'lucide-preact';
import type { ComponentType } from 'preact';
import { Button } from '../../../shared/src/ui/button.tsx';
import { useEditor } from '../editing.ts';
import { nameIn } from '../forms/names.ts';
import { FindingLine } from '../frame/finding.tsx';
import { Heading, Nothing } from '../frame/heading.tsx';
import { useJumps } from '../jump.ts';
import { type Place, placeOf, type Table } from '../model/place.ts';
import { hrefOf } from '../routes.ts';
import { words } from '../words/words.ts';
import { AgentForm } from './agent.tsx';
import { HoursForm } from './hours.tsx';
import { NamedForm } from './named.tsx';
import { NewRow } from './new-row.tsx';
import { ProfileForm } from './profile.tsx';
import { QueueForm } from './queue.tsx';
import { RemoveRow } from './remove-row.tsx';
import { RowList } from './row-list.tsx';

const FORMS: Record<Table, ComponentType<{ id: string; place: Place }>> = {
  queues: QueueForm,
  skills: NamedForm,
  agents: AgentForm,
  profiles: ProfileForm,
  hours: HoursForm,
  supervisors: NamedForm,
};

export function TableSection({ table, id }: { table: Table; id: string | undefined }) {
  const { sections, intro, list, one } = words.value;
  return (
    <div class="grid min-h-0 flex-1 lg:grid-cols-[19rem_minmax(0,1fr)]">
      <div
        class={`min-h-0 flex-col gap-3 border-line p-4 lg:flex lg:border-r lg:bg-raised ${id === undefined ? 'flex' : 'hidden'}`}
      >
        <Heading title={sections[table]} lead={intro[table]} />
        <FindingsOf table={table} />
        <RowList key={table} table={table} selected={id} />
      </div>
      <div class={`min-h-0 overflow-y-auto ${id === undefined ? 'hidden lg:block' : ''}`}>
        {id === undefined ? (
          <Nothing title={sections[table]} more={list.pick} />
        ) : (
          <RowDetail key={`${table}/${id}`} table={table} id={id} what={one[table]} />
        )}
      </div>
    </div>
  );
}

/** Findings about the table as a whole. */
function FindingsOf({ table }: { table: Table }) {
  const { check } = useEditor();
  const found = check.at(table);
  if (found.length === 0) return null;
  return (
    <div data-path={table}>
      {found.map((finding) => (
        <FindingLine key={finding.code} finding={finding} />
      ))}
    </div>
  );
}

function RowDetail({ table, id }: { table: Table; id: string; what: string }) {
  const { draft, check, canEdit } = useEditor();
  useJumps();
  const place = placeOf(table, id);
  const Form = FORMS[table];
  const { frame, sections } = words.value;
  const own = `${table}.${id}`;
  const general = check.at(place).filter((finding) => finding.path === own);
  return (
    <div class="mx-auto flex max-w-5xl flex-col gap-4 p-4 sm:p-6">
      <a
        href={hrefOf({ section: table })}
        class="flex min-h-11 items-center gap-1.5 self-start text-accent lg:hidden"
      >
        <ArrowLeft size={16} aria-hidden="true" />
        {frame.back(sections[table])}
      </a>
      {draft.has(place) ? (
        <>
          <RowHead table={table} id={id} />
          {general.length > 0 && (
            <div
              data-path={own}
              class="flex flex-col gap-1 rounded-xl border border-line bg-raised p-4"
            >
              {general.map((finding) => (
                <FindingLine key={finding.code} finding={finding} />
              ))}
            </div>
          )}
          <fieldset disabled={!canEdit} class="contents">
            <Form id={id} place={place} />
          </fieldset>
        </>
      ) : (
        <Nothing title={frame.notThere} more={frame.notThereMore} />
      )}
    </div>
  );
}

function RowHead({ table, id }: { table: Table; id: string }) {
  const { draft, canEdit } = useEditor();
  const question = useSignal<'copy' | 'remove' | null>(null);
  const { list } = words.value;
  const close = () => (question.value = null);
  return (
    <header class="flex flex-wrap items-start gap-x-3 gap-y-2">
      <div class="min-w-0 flex-1 basis-48">
        <h2 tabIndex={-1} class="text-xl font-semibold break-words">
          <bdi>{nameIn(draft, table, id)}</bdi>
        </h2>
        <p class="font-mono text-sm break-all text-quiet">{id}</p>
      </div>
      {canEdit && (
        <div class="flex gap-2">
          <Button
            class="flex items-center gap-1.5 max-sm:min-h-11"
            onClick={() => (question.value = 'copy')}
          >
            <Copy size={15} aria-hidden="true" />
            {list.copy}
          </Button>
          <Button
            class="flex items-center gap-1.5 max-sm:min-h-11"
            onClick={() => (question.value = 'remove')}
          >
            <Trash2 size={15} aria-hidden="true" />
            {list.remove}
          </Button>
        </div>
      )}
      {question.value === 'copy' && (
        <NewRow table={table} like={draft.get(placeOf(table, id))} close={close} />
      )}
      {question.value === 'remove' && <RemoveRow table={table} id={id} close={close} />}
    </header>
  );
}
