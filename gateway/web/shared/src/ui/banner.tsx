// A line over the page that says that something is the matter, and is read aloud.

import type { ComponentChildren } from 'preact';

const LOOKS = { warn: 'bg-warn-soft text-warn', bad: 'bg-bad-soft text-bad' };

export function Banner({
  look,
  children,
}: {
  look: keyof typeof LOOKS;
  children: ComponentChildren;
}) {
  return (
    <div
      role="status"
      class={`flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2 ${LOOKS[look]}`}
    >
      {children}
    </div>
  );
}
