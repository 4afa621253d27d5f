// Buttons beside the rows of a list: move, remove, add.

import { ArrowDown, ArrowUp, type LucideIcon, Plus, Trash2 } from 'lucide-preact';
import { Button } from '../../../shared/src/ui/button.tsx';
import { words } from '../words/words.ts';

interface IconButtonProps {
  label: string;
  icon: LucideIcon;
  onClick(): void;
  disabled?: boolean;
  class?: string;
}

export function IconButton({ label, icon: Icon, onClick, disabled, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
      class={`grid size-9 shrink-0 cursor-pointer place-items-center rounded-lg text-quiet hover:bg-sunken hover:text-text disabled:cursor-default disabled:opacity-40 max-sm:size-11 ${rest.class ?? ''}`}
    >
      <Icon size={17} aria-hidden="true" />
    </button>
  );
}

interface RowButtonsProps {
  /** What the row is called, for those who cannot see which one it is. */
  name: string;
  index: number;
  count: number;
  move?(to: number): void;
  remove(): void;
}

export function RowButtons({ name, index, count, move, remove }: RowButtonsProps) {
  const { up, down, remove: removed } = words.value.rows;
  return (
    <span class="flex shrink-0">
      {move && (
        <>
          <IconButton
            label={`${up}: ${name}`}
            icon={ArrowUp}
            disabled={index === 0}
            onClick={() => move(index - 1)}
          />
          <IconButton
            label={`${down}: ${name}`}
            icon={ArrowDown}
            disabled={index === count - 1}
            onClick={() => move(index + 1)}
          />
        </>
      )}
      <IconButton label={`${removed}: ${name}`} icon={Trash2} onClick={remove} />
    </span>
  );
}

export function AddButton({ label, onClick }: { label: string; onClick(): void }) {
  return (
    <Button class="flex items-center gap-1.5 self-start max-sm:min-h-11" onClick={onClick}>
      <Plus size={16} aria-hidden="true" />
      {label}
    </Button>
  );
}

/** The list with one row at another place. */
export function moved<Row>(rows: readonly Row[], from: number, to: number): Row[] {
  const next = [...rows];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}
