// Where one can go from here, and what the button in the corner is.

import { Headset, LayoutDashboard, SlidersHorizontal } from 'lucide-preact';
import { LanguageChoice } from '../../shared/src/ui/language-choice.tsx';
import { ThemeChoice } from '../../shared/src/ui/theme-choice.tsx';
import { words } from './words.ts';

const PLACES = [
  ['desk', Headset],
  ['board', LayoutDashboard],
  ['admin', SlidersHorizontal],
] as const;

export function Page() {
  const said = words.value;
  return (
    <main class="mx-auto flex min-h-dvh max-w-2xl flex-col gap-6 px-4 py-12">
      <h1 class="text-2xl font-semibold">Baton</h1>
      <p class="text-quiet">{said.about}</p>
      <ul class="grid gap-3">
        {PLACES.map(([place, Icon]) => (
          <li key={place}>
            <a
              href={`/${place}`}
              class="flex min-h-11 items-center gap-4 rounded-2xl border border-line bg-raised p-4 hover:border-edge"
            >
              <Icon size={24} aria-hidden="true" class="flex-none text-accent" />
              <span class="min-w-0">
                <span class="block font-semibold">{said[place].name}</span>
                <span class="block text-quiet">{said[place].about}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
      <p class="text-quiet">{said.widget}</p>
      <div class="mt-auto flex flex-wrap gap-2">
        <LanguageChoice />
        <ThemeChoice />
      </div>
    </main>
  );
}
