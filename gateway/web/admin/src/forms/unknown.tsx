// Fields that this page does not know: a newer server may, and then they are kept as they are; one
// that does not refuses them, and then they can be taken out here.

import { X } from 'lucide-preact';
import { useEditor } from '../editing.ts';
import { FindingLine } from '../frame/finding.tsx';
import { type At, isWithin, textOf } from '../model/place.ts';
import { words } from '../words/words.ts';
import { Group } from './frame.tsx';
import { PictureButton } from './rows.tsx';

interface UnknownFieldsProps {
  value: unknown;
  known: readonly string[];
  /** Where one of them stands. */
  at(name: string): At;
}

export function UnknownFields({ value, known, at }: UnknownFieldsProps) {
  const all = Object.entries((value ?? {}) as Record<string, unknown>);
  const unknown = all.filter(([name, it]) => it !== undefined && !known.includes(name));
  if (unknown.length === 0) return null;
  const { list } = words.value;
  return (
    <Group title={list.unknown} hint={list.unknownHint}>
      <FieldsAsTheyAre fields={unknown} at={at} />
    </Group>
  );
}

interface FieldsAsTheyAreProps {
  fields: ReadonlyArray<readonly [string, unknown]>;
  at(name: string): At;
}

export function FieldsAsTheyAre({ fields, at }: FieldsAsTheyAreProps) {
  const { draft, check } = useEditor();
  const { rows } = words.value;
  return (
    <ul class="flex flex-col gap-2">
      {fields.map(([name, it]) => {
        const path = textOf(at(name));
        const found = check.findings.value.filter((finding) => isWithin(finding.path, path));
        return (
          <li key={name} data-path={path} class="flex flex-col gap-1">
            <span class="flex items-start gap-2">
              <pre class="min-w-0 flex-1 rounded-lg bg-sunken p-3 text-sm break-words whitespace-pre-wrap">
                {`${name}: ${JSON.stringify(it, null, 2)}`}
              </pre>
              <PictureButton
                icon={X}
                label={`${rows.remove}: ${name}`}
                onClick={() => draft.edit(at(name), undefined)}
              />
            </span>
            {found.map((finding) => (
              <FindingLine key={finding.code + finding.path} finding={finding} />
            ))}
          </li>
        );
      })}
    </ul>
  );
}
