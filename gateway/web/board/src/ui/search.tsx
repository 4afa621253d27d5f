// The field that narrows a list.

import { Search as Glass } from 'lucide-preact';

export interface SearchProps {
  label: string;
  value: string;
  onChange(value: string): void;
}

export function Search({ label, value, onChange }: SearchProps) {
  return (
    <label class="relative flex min-w-40 flex-1 items-center sm:max-w-xs">
      <span class="sr-only">{label}</span>
      <Glass size={16} aria-hidden="true" class="absolute left-3 text-quiet" />
      <input
        type="search"
        value={value}
        placeholder={label}
        onInput={(event) => onChange(event.currentTarget.value)}
        class="w-full rounded-lg border border-edge bg-surface py-1.5 pr-3 pl-9 max-md:min-h-11"
      />
    </label>
  );
}
