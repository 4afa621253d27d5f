// A dialog over the page: the browser's own, which keeps the focus inside and gives it back.

import { X } from 'lucide-preact';
import { type ComponentChildren, createContext } from 'preact';
import { useContext, useLayoutEffect, useRef } from 'preact/hooks';
import { words } from '../words.ts';
import { IconButton } from './button.tsx';

export interface DialogProps {
  title: string;
  onClose(): void;
  /** It is closed, and the focus is back where it was. */
  onClosed?(): void;
  children: ComponentChildren;
  /** More room for two columns. */
  wide?: boolean;
}

/** What a page shows above each of its dialogs: all else is out of reach while one is open. */
export const AboveDialog = createContext<ComponentChildren>(null);

export function Dialog({ title, onClose, onClosed, children, wide = false }: DialogProps) {
  const above = useContext(AboveDialog);
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => {
      dialog?.close();
      onClosed?.();
    };
  }, []);
  const cancelled = (event: Event) => {
    event.preventDefault();
    onClose();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape cancels; the click is on what is around it.
    <dialog
      ref={ref}
      aria-label={title}
      onCancel={cancelled}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      class={`m-auto max-h-[calc(100dvh-1rem)] w-[calc(100vw-1rem)] overflow-hidden rounded-2xl border border-line bg-raised p-0 text-text shadow-2xl backdrop:bg-black/50 ${wide ? 'max-w-3xl' : 'max-w-lg'}`}
    >
      <div class="flex max-h-[calc(100dvh-1rem)] flex-col">
        <header class="flex items-center gap-2 border-b border-line py-2 pr-2 pl-4">
          <h2 class="mr-auto min-w-0 font-semibold wrap-anywhere">{title}</h2>
          <IconButton label={words.value.close} onClick={onClose}>
            <X size={18} aria-hidden="true" />
          </IconButton>
        </header>
        {above}
        {children}
      </div>
    </dialog>
  );
}
