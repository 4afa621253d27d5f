// Buttons beside the rows of a list: move, remove, add.

import { ArrowDown, ArrowUp, type LucideIcon, Plus, Trash2 } from 'lucide-preact';
import { Button, IconButton } from '../../../shared/src/ui/button.tsx';
import { words } from '../words/words.ts';

interface PictureButtonProps {
  label: string;
  icon: LucideIcon;
  onClick(): void;
  disabled?: boolean;
}

export function PictureButton({ icon: Icon, ...rest }: PictureButtonProps) {
  return (
    <IconButton {...rest}>
      <Icon size={17} aria-hidden="true" />
    </IconButton>
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
          <PictureButton
            label={`${up}: ${name}`}
            icon={ArrowUp}
            disabled={index === 0}
            onClick={() => move(index - 1)}
          />
          <PictureButton
            label={`${down}: ${name}`}
            icon={ArrowDown}
            disabled={index === count - 1}
            onClick={() => move(index + 1)}
          />
        </>
      )}
      <PictureButton label={`${removed}: ${name}`} icon={Trash2} onClick={remove} />
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
