// Asks before a row is deleted, and says what uses it.

import { Button } from '../../../shared/src/ui/button.tsx';
import { Dialog } from '../../../shared/src/ui/dialog.tsx';
import { useEditor } from '../editing.ts';
import { nameIn, nameOfPlace } from '../forms/names.ts';
import { placeOf, type Table } from '../model/place.ts';
import { usesOf } from '../model/uses.ts';
import { go } from '../routes.ts';
import { words } from '../words/words.ts';

interface RemoveRowProps {
  table: Table;
  id: string;
  close(): void;
}

export function RemoveRow({ table, id, close }: RemoveRowProps) {
  const { draft } = useEditor();
  const { list } = words.value;
  const { places, count } = usesOf(draft.whole(), placeOf(table, id), 6);
  const remove = () => {
    close();
    draft.put([[placeOf(table, id), undefined]]);
    go({ section: table }, { replace: true });
  };
  return (
    <Dialog title={list.removeIt(nameIn(draft, table, id))} onClose={close}>
      <div class="flex flex-col gap-4 overflow-y-auto p-4">
        {count > 0 && (
          <div>
            <p>{list.removeUsed}</p>
            <ul class="mt-2 list-disc pl-5">
              {places.map((place) => (
                <li key={place}>{nameOfPlace(draft, place)}</li>
              ))}
              {count > places.length && <li>{list.andMore(count - places.length)}</li>}
            </ul>
          </div>
        )}
        <p class="text-quiet">{list.removeMore}</p>
        <div class="flex justify-end gap-2">
          <Button onClick={close}>{list.cancel}</Button>
          <Button look="bad" onClick={remove}>
            {list.remove}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
