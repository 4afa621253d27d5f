// A section that cannot be drawn is said to be so, and the rest of the page goes on.

import type { ComponentChildren } from 'preact';
import { Boundary } from '../../../shared/src/ui/boundary.tsx';
import { words } from '../words/words.ts';
import { Nothing } from './heading.tsx';

/** `of` is what is drawn, in a word. */
export function SectionBoundary({ of, children }: { of: string; children: ComponentChildren }) {
  return (
    <Boundary of={of} broken={Broken}>
      {children}
    </Boundary>
  );
}

function Broken() {
  const { states } = words.value;
  return (
    <div role="alert">
      <Nothing title={states.broken} more={states.brokenMore} />
    </div>
  );
}
