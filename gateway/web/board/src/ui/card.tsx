// A part of the page with its heading.

import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

export interface CardProps {
  title: string;
  /** Beside the heading. */
  aside?: ComponentChildren;
  children: ComponentChildren;
  class?: string;
}

export function Card({ title, aside, children, class: more = '' }: CardProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      class={`flex min-w-0 flex-col overflow-hidden rounded-xl border border-line bg-raised ${more}`}
    >
      <header class="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-1.5">
        <h2 id={id} class="mr-auto font-semibold">
          {title}
        </h2>
        {aside}
      </header>
      {children}
    </section>
  );
}
