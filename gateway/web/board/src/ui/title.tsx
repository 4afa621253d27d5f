// The heading of a view: takes the focus when one comes to it, so that it is read first.

import { ArrowLeft } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { words } from '../words/words.ts';

/** Nothing is to be read first where the page has only begun. */
let isFirst = true;

export interface TitleProps {
  title: string;
  /** Where one came from. */
  back?: string;
  children?: ComponentChildren;
}

export function Title({ title, back, children }: TitleProps) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isFirst) ref.current?.focus({ preventScroll: true });
    isFirst = false;
  }, []);
  return (
    <div class="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-2">
      {back && (
        <Link
          href={back}
          aria-label={words.value.back}
          class="inline-grid size-8 shrink-0 place-items-center rounded-lg text-quiet hover:bg-raised hover:text-text max-md:size-11"
        >
          <ArrowLeft size={18} aria-hidden="true" />
        </Link>
      )}
      <h1 ref={ref} tabIndex={-1} class="min-w-0 text-lg font-semibold wrap-anywhere outline-none">
        {title}
      </h1>
      {children}
    </div>
  );
}
