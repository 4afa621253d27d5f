// The draft at a glance, on every section: what the check says, how much is changed, and the way to
// publishing.

import { useSignal } from '@preact/signals';
import {
  CircleAlert,
  CircleCheck,
  CloudOff,
  LoaderCircle,
  type LucideIcon,
  Redo2,
  Trash2,
  TriangleAlert,
  Undo2,
} from 'lucide-preact';
import { Button } from '../../../shared/src/ui/button.tsx';
import { Dialog } from '../../../shared/src/ui/dialog.tsx';
import { useEditor } from '../editing.ts';
import { PictureButton } from '../forms/rows.tsx';
import { hrefOf, useRoute } from '../routes.ts';
import { words } from '../words/words.ts';

export function DraftBar() {
  const { draft, canEdit } = useEditor();
  const { bar } = words.value;
  const edits = draft.edits().size;
  const { version } = draft.base.value;
  return (
    <section
      aria-label={bar.label}
      class="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line bg-raised px-3 py-1.5 sm:px-4"
    >
      <CheckLine />
      <span class="text-sm text-quiet tabular-nums max-sm:hidden">
        {version === 0 ? bar.noVersion : bar.version(version)}
      </span>
      {canEdit && (
        <span class="ml-auto flex items-center gap-1">
          <PictureButton
            icon={Undo2}
            label={bar.undo}
            disabled={!draft.canUndo.value}
            onClick={draft.undo}
          />
          <span class="max-sm:hidden">
            <PictureButton
              icon={Redo2}
              label={bar.redo}
              disabled={!draft.canRedo.value}
              onClick={draft.redo}
            />
          </span>
          <Discard isPossible={edits > 0} />
          <Review edits={edits} />
        </span>
      )}
    </section>
  );
}

function Review({ edits }: { edits: number }) {
  const { bar } = words.value;
  const route = useRoute();
  if (route?.section === 'review' && edits > 0) return null;
  if (edits === 0)
    return <span class="pl-2 text-sm text-quiet max-sm:sr-only">{bar.noChanges}</span>;
  return (
    <a
      href={hrefOf({ section: 'review' })}
      aria-label={`${bar.review}: ${bar.changes(edits)}`}
      class="ml-1 flex min-h-9 items-center gap-2 rounded-lg bg-accent px-3 font-medium text-on-accent hover:opacity-90 max-sm:min-h-11"
    >
      <span class="max-sm:hidden">{bar.review}</span>
      <span class="tabular-nums sm:font-normal">
        <span class="sm:hidden">{bar.changes(edits)}</span>
        <span class="max-sm:hidden">({edits})</span>
      </span>
    </a>
  );
}

function Discard({ isPossible }: { isPossible: boolean }) {
  const { discard } = useEditor();
  const isAsking = useSignal(false);
  const { bar, list } = words.value;
  const close = () => {
    isAsking.value = false;
  };
  if (!isPossible) return null;
  return (
    <>
      <Button
        aria-label={bar.discard}
        class="border-transparent! bg-transparent! text-quiet max-sm:grid max-sm:size-11 max-sm:place-items-center max-sm:p-0!"
        onClick={() => {
          isAsking.value = true;
        }}
      >
        <span class="max-sm:hidden">{bar.discard}</span>
        <Trash2 size={17} aria-hidden="true" class="sm:hidden" />
      </Button>
      {isAsking.value && (
        <Dialog title={bar.discardAsk} onClose={close}>
          <div class="flex flex-col gap-4 p-4">
            {' '}
            <p class="text-quiet">{bar.discardMore}</p>
            <div class="flex justify-end gap-2">
              <Button onClick={close}>{list.cancel}</Button>
              <Button
                look="bad"
                onClick={() => {
                  close();
                  discard();
                }}
              >
                {bar.discard}
              </Button>
            </div>
          </div>{' '}
        </Dialog>
      )}
    </>
  );
}

/** What the check says, aloud when it changes. */
function CheckLine() {
  const { check } = useEditor();
  const { bar } = words.value;
  const errors = check.errors.value;
  const others = check.findings.value.length - errors;
  const state = check.state.value;
  return (
    <a
      href={hrefOf({ section: 'overview' })}
      class="flex min-h-9 min-w-0 items-center gap-3 text-sm max-sm:min-h-11"
    >
      {state === 'failed' ? (
        <Part icon={CloudOff} look="text-warn" text={bar.notChecked} />
      ) : (
        <>
          {errors > 0 && (
            <Part icon={CircleAlert} look="text-bad" text={bar.errors(errors)} short={errors} />
          )}
          {others > 0 && (
            <Part
              icon={TriangleAlert}
              look="text-warn"
              text={bar.warnings(others)}
              short={others}
            />
          )}
          {errors + others === 0 && state === 'current' && (
            <Part icon={CircleCheck} look="text-good" text={bar.fine} />
          )}
          {errors + others === 0 && state === 'running' && (
            <Part icon={LoaderCircle} look="text-quiet" text={bar.checking} />
          )}
        </>
      )}
    </a>
  );
}

interface PartProps {
  icon: LucideIcon;
  look: string;
  text: string;
  /** Where there is little room. */
  short?: number;
}

function Part({ icon: Icon, look, text, short }: PartProps) {
  return (
    <span class={`flex items-center gap-1.5 ${look}`}>
      <Icon size={16} aria-hidden="true" class="shrink-0" />
      {short !== undefined && (
        <span aria-hidden="true" class="sm:hidden">
          {short}
        </span>
      )}
      <span class={short === undefined ? '' : 'max-sm:sr-only'}>{text}</span>
    </span>
  );
}
