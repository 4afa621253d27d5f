// What names a row: where it would be missed.

import { useEditor } from '../editing.ts';
import { Group } from '../forms/frame.tsx';
import { nameOfPlace } from '../forms/names.ts';
import { useLater } from '../forms/use-later.ts';
import type { Place } from '../model/place.ts';
import { usesOf } from '../model/uses.ts';
import { hrefOf, routeOf } from '../routes.ts';
import { words } from '../words/words.ts';
import { CHIP } from './queue.tsx';

const MOST = 24;

export function UsedBy({ place }: { place: Place }) {
  const { draft } = useEditor();
  const uses = useLater(draft.revision.value, () => usesOf(draft.whole(), place, MOST));
  const { list } = words.value;
  if (!uses) return null;
  return (
    <Group title={list.usedBy}>
      {uses.count === 0 ? (
        <p class="text-sm text-quiet">{list.usedByNobody}</p>
      ) : (
        <ul class="flex flex-wrap gap-2">
          {uses.places.map((by) => (
            <li key={by}>
              <a class={CHIP} href={hrefOf(routeOf(by))}>
                <bdi>{nameOfPlace(draft, by)}</bdi>
              </a>
            </li>
          ))}
          {uses.count > uses.places.length && (
            <li class="py-1 text-sm text-quiet">{list.andMore(uses.count - uses.places.length)}</li>
          )}
        </ul>
      )}
    </Group>
  );
}
