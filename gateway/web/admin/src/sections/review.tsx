// What will be different, before it is published; and what became of publishing.

import type { BatonError } from '@baton/client';
import { CircleCheck } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { Button } from '../../../shared/src/ui/button.tsx';
import { useEditor } from '../editing.ts';
import { Findings } from '../frame/findings.tsx';
import { COLUMN, Heading, Nothing } from '../frame/heading.tsx';
import { published } from '../model/draft.ts';
import { go, hrefOf } from '../routes.ts';
import { words } from '../words/words.ts';
import { Difference } from './difference.tsx';

export function ReviewSection() {
  const { draft, canEdit, publisher } = useEditor();
  const { sections, review } = words.value;
  const edits = draft.edits();
  const { base } = draft;
  const state = publisher.now.value;
  useEffect(() => {
    if (state.state === 'overtaken') go({ section: 'newer' });
  }, [state]);
  // What was said of the last publication is over when one leaves.
  useEffect(() => publisher.settle, []);
  const back = (place: string) => draft.put([[place, published(base.value.config, place)]]);
  return (
    <div class={COLUMN}>
      <Heading title={sections.review} lead={edits.size > 0 ? review.lead : ''}>
        {canEdit && edits.size > 0 && <PublishButton />}
      </Heading>
      <Outcome />
      {edits.size > 0 && (
        <Difference from={base.value.config} edits={edits} takeBack={canEdit ? back : undefined} />
      )}
      {edits.size === 0 && state.state !== 'published' && (
        <Nothing title={review.nothing} more={review.nothingMore} />
      )}
    </div>
  );
}

function PublishButton() {
  const { publisher, check } = useEditor();
  const { review } = words.value;
  const isBusy = publisher.now.value.state === 'busy';
  return (
    <Button
      look="primary"
      class="px-5 max-sm:min-h-11 max-sm:w-full"
      disabled={isBusy}
      onClick={() => publisher.publish(check.state.value === 'current' ? check.findings.value : [])}
    >
      {isBusy ? review.publishing : review.publish}
    </Button>
  );
}

/** Aloud: what became of it. */
function Outcome() {
  const { publisher, check, draft } = useEditor();
  const { review, errors, otherError } = words.value;
  const now = publisher.now.value;
  return (
    <div aria-live="polite" class="flex flex-col gap-3 empty:hidden">
      {now.state === 'published' && (
        <>
          <p class="flex items-center gap-2 rounded-xl bg-good-soft p-4 font-medium text-good">
            <CircleCheck size={20} aria-hidden="true" />
            {review.published(now.version)}
          </p>
          <a
            class="self-start py-0.5 text-accent underline"
            href={hrefOf({ section: 'history', id: String(now.version) })}
          >
            {review.toHistory}
          </a>
          {now.findings.length > 0 && <h3 class="font-semibold">{review.publishedWarnings}</h3>}
          {now.findings.length > 0 && <Findings findings={now.findings} />}
        </>
      )}
      {now.state === 'faulty' && <Bad>{review.faulty}</Bad>}
      {now.state === 'failed' && (
        <Bad>
          {isUnknown(now.error) ? review.unknown : review.failed}{' '}
          {now.error.code === 'conflict' ? review.keepIt : (errors[now.error.code] ?? otherError)}
          {now.error.code === 'conflict' && <span lang="en"> ({now.error.detail})</span>}
        </Bad>
      )}
      {now.state !== 'published' && draft.edits().size > 0 && check.findings.value.length > 0 && (
        <>
          {now.state !== 'faulty' && check.errors.value > 0 && <Bad>{review.hasErrors}</Bad>}
          <Findings findings={check.findings.value} />
        </>
      )}
    </div>
  );
}

/** Nobody answered: it may have been published. */
function isUnknown({ code }: BatonError): boolean {
  return ['network', 'timeout', 'unavailable', 'internal'].includes(code);
}

function Bad({ children }: { children: ComponentChildren }) {
  return <p class="rounded-xl bg-bad-soft p-4 font-medium text-bad">{children}</p>;
}
