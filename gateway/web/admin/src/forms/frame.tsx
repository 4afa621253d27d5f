// A field's surroundings: its label, what it is for, and what is found wrong with it.

import type { Finding } from '@baton/client';
import type { ComponentChildren } from 'preact';
import { FindingLine } from '../frame/finding.tsx';
import { words } from '../words/words.ts';

export const BOX =
  'min-h-9 w-full min-w-0 rounded-lg border border-edge bg-surface px-2.5 py-1.5 ' +
  'disabled:bg-sunken disabled:opacity-80 aria-invalid:border-bad max-sm:min-h-11';

export interface FrameProps {
  id: string;
  label: string;
  hint?: string | undefined;
  findings: readonly Finding[];
  isChanged?: boolean;
  class?: string;
  children: ComponentChildren;
}

export function FieldFrame({ id, label, hint, findings, isChanged, ...rest }: FrameProps) {
  return (
    <div data-path={id} class={`flex min-w-0 flex-col gap-1 ${rest.class ?? ''}`}>
      <label for={id} class="flex items-center gap-1.5 text-sm font-medium">
        <span class="break-words">{label}</span>
        {isChanged && <Changed />}
      </label>
      {rest.children}
      <div id={`${id}~more`} class="flex flex-col gap-1 empty:hidden">
        {hint && <p class="text-sm text-quiet">{hint}</p>}
        {findings.map((finding) => (
          <FindingLine key={finding.code + finding.path} finding={finding} />
        ))}
      </div>
    </div>
  );
}

/** The mark of what is not published yet. */
export function Changed() {
  const said = words.value.forms.changed;
  return <span role="img" aria-label={said} title={said} class="size-2 rounded-full bg-accent" />;
}

/** A part of a form with its heading. */
export function Group({
  title,
  hint,
  path,
  aside,
  children,
}: {
  title: string;
  hint?: string;
  path?: string;
  aside?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <section
      data-path={path}
      class="@container flex min-w-0 flex-col gap-4 rounded-xl border border-line bg-raised p-4 sm:p-5"
    >
      <header class="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h3 id={groupId(title)} tabIndex={-1} class="scroll-mt-6 font-semibold outline-none">
          {title}
        </h3>
        {aside}
        {hint && <p class="w-full text-sm text-quiet">{hint}</p>}
      </header>
      {children}
    </section>
  );
}

/** Of a group's heading. */
export const groupId = (title: string) => `group:${title}`;

export const GRID = 'grid gap-x-5 gap-y-4 @md:grid-cols-2 @3xl:grid-cols-3';
