// Three steps through a whole chat, and the way to the administration.

import { Headset, LayoutDashboard, MessageCircle, SlidersHorizontal } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { isAtHome, signInKey } from '../../shared/src/sign-in-key.ts';
import { LanguageChoice } from '../../shared/src/ui/language-choice.tsx';
import { Mark } from '../../shared/src/ui/mark.tsx';
import { ThemeChoice } from '../../shared/src/ui/theme-choice.tsx';
import { words as shared } from '../../shared/src/words.ts';
import { words } from './words.ts';

const STEPS = [
  { step: 'desk', icon: Headset, href: '/desk' },
  { step: 'widget', icon: MessageCircle, href: null },
  { step: 'board', icon: LayoutDashboard, href: '/board' },
] as const;

const CARD = 'flex items-center gap-4 rounded-2xl border border-line bg-raised p-4';

export function Page() {
  const said = words.value;
  return (
    <main class="mx-auto flex min-h-dvh max-w-2xl flex-col gap-6 px-4 py-12">
      <h1 class="flex items-center gap-2 text-2xl font-semibold">
        <Mark /> Baton
      </h1>
      <p class="text-quiet">{said.about}</p>
      <h2 class="font-semibold">{said.try}</h2>
      {isAtHome() && !signInKey() && (
        <p class="rounded-2xl bg-warn-soft p-4 text-warn">{shared.value.needsKey}</p>
      )}
      <ol class="grid gap-3">
        {STEPS.map(({ step, icon: Icon, href }, at) => (
          <li key={step}>
            <Card href={href}>
              <span class="grid size-8 flex-none place-items-center rounded-full bg-accent-soft font-semibold text-accent">
                {at + 1}
              </span>
              <Said {...said.steps[step]} />
              <Icon size={24} aria-hidden="true" class="ml-auto flex-none text-accent" />
            </Card>
          </li>
        ))}
      </ol>
      <Card href="/admin">
        <SlidersHorizontal size={24} aria-hidden="true" class="flex-none text-accent" />
        <Said {...said.admin} />
      </Card>
      <div class="mt-auto flex flex-wrap gap-2">
        <LanguageChoice />
        <ThemeChoice />
      </div>
    </main>
  );
}

/** What leads somewhere does so beside this page, where the customer is. */
function Card({ href, children }: { href: string | null; children: ComponentChildren }) {
  if (!href) return <div class={CARD}>{children}</div>;
  return (
    <a href={href} target="_blank" rel="noopener" class={`${CARD} hover:border-edge`}>
      {children}
      <span class="sr-only">({words.value.newTab})</span>
    </a>
  );
}

function Said({ name, about }: { name: string; about: string }) {
  return (
    <span class="min-w-0">
      <span class="block font-semibold">{name}</span>
      <span class="block text-quiet">{about}</span>
    </span>
  );
}
