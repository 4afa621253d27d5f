// The configuration as a file: out of here, and into the draft.

import type { Configuration } from '@baton/client';
import { useSignal } from '@preact/signals';
import { Download, FileJson } from 'lucide-preact';
import { Button } from '../../../shared/src/ui/button.tsx';
import { useEditor } from '../editing.ts';
import { Group } from '../forms/frame.tsx';
import { COLUMN, Heading } from '../frame/heading.tsx';
import { TABLES } from '../model/place.ts';
import { isFields } from '../model/value.ts';
import { hrefOf } from '../routes.ts';
import { words } from '../words/words.ts';

export function FileSection() {
  const { draft, canEdit } = useEditor();
  const { sections, intro, file } = words.value;
  const { version, config } = draft.base.value;
  return (
    <div class={COLUMN}>
      <Heading title={sections.file} lead={intro.file} />
      <Group title={file.export}>
        <div class="flex flex-wrap gap-2">
          <Export label={file.exportDraft} name="draft" get={() => draft.whole()} />
          <Export label={file.exportPublished} name={`v${version}`} get={() => config} />
        </div>
      </Group>
      {canEdit && (
        <Group title={file.import} hint={file.importHint}>
          <Import />
        </Group>
      )}
    </div>
  );
}

interface ExportProps {
  label: string;
  name: string;
  get(): Configuration;
}

function Export({ label, name, get }: ExportProps) {
  const save = () => {
    const text = `${JSON.stringify(get(), null, 2)}\n`;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    link.download = `baton-${name}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <Button class="flex items-center gap-2 text-left max-sm:min-h-11" onClick={save}>
      <Download size={16} aria-hidden="true" class="shrink-0" />
      {label}
    </Button>
  );
}

function Import() {
  const { draft, replace } = useEditor();
  const outcome = useSignal<'wrong' | 'taken' | null>(null);
  const { file, sections } = words.value;
  const take = async (chosen: File | undefined) => {
    if (!chosen) return;
    const config = parsed(await chosen.text());
    if (config) replace(config);
    outcome.value = config ? 'taken' : 'wrong';
  };
  return (
    <>
      <label
        class="flex cursor-pointer flex-col items-center gap-2 rounded-xl border-2 border-dashed border-edge p-8 text-center hover:border-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          void take(event.dataTransfer?.files[0]);
        }}
      >
        <FileJson size={28} aria-hidden="true" class="text-quiet" />
        <span class="font-medium text-accent">{file.choose}</span>
        <span class="text-sm text-quiet">{file.drop}</span>
        <input
          type="file"
          accept="application/json,.json"
          class="sr-only"
          onChange={({ currentTarget }) => {
            void take(currentTarget.files?.[0]);
            currentTarget.value = '';
          }}
        />
      </label>
      <div aria-live="polite">
        {outcome.value === 'wrong' && <p class="text-bad">{file.wrong}</p>}
        {outcome.value === 'taken' && (
          <p>
            {file.taken(draft.edits().size)}{' '}
            <a class="text-accent underline" href={hrefOf({ section: 'review' })}>
              {sections.review}
            </a>
          </p>
        )}
      </div>
    </>
  );
}

/** A document that can be edited here; what is wrong within it, the check says. */
export function parsed(text: string): Configuration | null {
  try {
    const config: unknown = JSON.parse(text);
    if (!isFields(config) || !isFields(config.queues) || !isFields(config.agents)) return null;
    return TABLES.every((table) => isTableOf(config[table])) ? (config as never) : null;
  } catch {
    return null;
  }
}

function isTableOf(rows: unknown): boolean {
  if (rows === undefined) return true;
  return isFields(rows) && Object.values(rows).every((row) => typeof row === 'object' && row);
}
