// All findings, each with the way to its field.

import type { Finding } from '@baton/client';
import { useSignal } from '@preact/signals';
import { CircleCheck } from 'lucide-preact';
import { Button } from '../../../shared/src/ui/button.tsx';
import { useEditor } from '../editing.ts';
import { nameOfPlace } from '../forms/names.ts';
import { jump, routeOfFinding } from '../jump.ts';
import { placeOfFinding } from '../model/place.ts';
import { hrefOf } from '../routes.ts';
import { words } from '../words/words.ts';
import { FindingLine } from './finding.tsx';

const MOST = 20;

export function Findings({ findings }: { findings: readonly Finding[] }) {
  const most = useSignal(MOST);
  const { found } = words.value;
  if (findings.length === 0) {
    return (
      <p class="flex items-center gap-2 text-good">
        <CircleCheck size={18} aria-hidden="true" />
        {found.none}
      </p>
    );
  }
  return (
    <div class="flex flex-col gap-2">
      <ul class="flex flex-col divide-y divide-line rounded-xl border border-line bg-raised">
        {findings.slice(0, most.value).map((finding, index) => (
          <FindingRow key={index} finding={finding} />
        ))}
      </ul>
      {findings.length > most.value && (
        <Button class="self-center" onClick={() => (most.value += 10 * MOST)}>
          {found.more(findings.length - most.value)}
        </Button>
      )}
    </div>
  );
}

function FindingRow({ finding }: { finding: Finding }) {
  const { draft } = useEditor();
  const place = placeOfFinding(finding.path, (one) => draft.has(one));
  return (
    <li>
      <a
        href={hrefOf(routeOfFinding(finding.path, draft))}
        onClick={(event) => {
          event.preventDefault();
          jump(finding.path, draft);
        }}
        class="flex flex-col gap-0.5 px-4 py-2.5 hover:bg-sunken"
      >
        <span class="text-sm font-medium break-words">
          <bdi>{nameOfPlace(draft, place)}</bdi>{' '}
          <code class="font-normal break-all text-quiet">{finding.path}</code>
        </span>
        <FindingLine finding={finding} />
      </a>
    </li>
  );
}
