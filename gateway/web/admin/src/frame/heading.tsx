// Headings of sections, and what is shown where there is nothing.

import type { ComponentChildren } from 'preact';

export function Heading({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: string;
  children?: ComponentChildren;
}) {
  return (
    <header class="flex flex-wrap items-start gap-3">
      <div class="min-w-0 flex-1 basis-56">
        <h2 tabIndex={-1} class="text-xl font-semibold break-words outline-none">
          {title}
        </h2>
        {lead && <p class="mt-0.5 max-w-prose text-sm text-quiet">{lead}</p>}
      </div>
      {children}
    </header>
  );
}

export function Nothing({
  title,
  more,
  children,
}: {
  title: string;
  more?: string;
  children?: ComponentChildren;
}) {
  return (
    <div class="grid min-h-64 place-items-center p-6 text-center">
      <div class="flex max-w-md flex-col items-center gap-2">
        <h2 tabIndex={-1} class="text-lg font-medium outline-none">
          {title}
        </h2>
        {more && <p class="text-quiet">{more}</p>}
        {children && <div class="mt-3 flex flex-wrap justify-center gap-2">{children}</div>}
      </div>
    </div>
  );
}

/** The width and air of a section that is one column. */
export const COLUMN = 'mx-auto flex w-full max-w-5xl flex-col gap-4 p-4 sm:p-6';
