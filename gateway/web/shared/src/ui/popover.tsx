// A button with a panel under it, which Escape, a click elsewhere or the focus's leaving closes.

import { type Signal, useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

export interface PopoverProps {
  label: string;
  /** What the button shows. */
  face: ComponentChildren;
  /** Whether that names it. */
  isNamed?: boolean;
  faceClass?: string;
  /** Which of its sides is the button's. */
  side?: 'left' | 'right';
  /** The panel; it is given what closes it. */
  children(close: () => void): ComponentChildren;
  /** Opened from elsewhere: by a shortcut. */
  isOpen?: Signal<boolean>;
}

export function Popover(props: PopoverProps) {
  const { label, face, isNamed, faceClass = '', side = 'right', children, isOpen } = props;
  const own = useSignal(false);
  const open = isOpen ?? own;
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    open.value = false;
    button.current?.focus();
  };
  useSignalEffect(() => {
    if (!open.value) return;
    const first = () =>
      root.current?.querySelector<HTMLElement>('[data-panel] :is(button, input, select, a)');
    requestAnimationFrame(() => first()?.focus());
    const outside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) open.value = false;
    };
    addEventListener('pointerdown', outside);
    return () => removeEventListener('pointerdown', outside);
  });
  const left = (event: FocusEvent) => {
    const next = event.relatedTarget as Node | null;
    if (next && !root.current?.contains(next)) open.value = false;
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open.value) return;
    event.stopPropagation();
    close();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of what is inside pass through.
    <div ref={root} class="relative" onFocusOut={left} onKeyDown={pressed}>
      <button
        ref={button}
        type="button"
        title={label}
        aria-label={isNamed ? undefined : label}
        aria-expanded={open.value}
        aria-haspopup="dialog"
        onClick={() => {
          open.value = !open.value;
        }}
        class={`min-h-8 cursor-pointer rounded-lg hover:bg-sunken max-md:min-h-11 ${faceClass}`}
      >
        {face}
      </button>
      {open.value && (
        <div
          data-panel
          role="dialog"
          aria-label={label}
          class={`absolute top-full ${side === 'right' ? 'right-0' : 'left-0'} z-20 mt-1 w-72 max-w-[calc(100vw-1rem)] rounded-xl border border-line bg-raised p-2 shadow-xl max-md:fixed max-md:inset-x-2 max-md:top-14 max-md:w-auto`}
        >
          {children(close)}
        </div>
      )}
    </div>
  );
}
