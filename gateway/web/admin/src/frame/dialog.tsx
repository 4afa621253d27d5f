// A question over the page: modal, closed by Escape, with the focus given back.

import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

export interface DialogProps {
  title: string;
  close(): void;
  children: ComponentChildren;
}

export function Dialog({ title, close, children }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.showModal();
    return () => before?.focus?.();
  }, []);
  return (
    <dialog
      ref={box}
      aria-labelledby={id}
      onClose={close}
      class="m-auto w-[min(30rem,calc(100vw-2rem))] rounded-2xl border border-line bg-raised p-0 text-text shadow-xl backdrop:bg-black/50"
    >
      <div class="flex flex-col gap-4 p-5">
        <h2 id={id} class="text-lg font-semibold break-words">
          {title}
        </h2>
        {children}
      </div>
    </dialog>
  );
}
