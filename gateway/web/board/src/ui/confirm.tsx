// Asks before something that cannot be taken back, and says what came of it.

import { asBatonError, type BatonError } from '@baton/client';
import { useSignal } from '@preact/signals';
import { Button } from '../../../shared/src/ui/button.tsx';
import { Dialog } from '../../../shared/src/ui/dialog.tsx';
import { words } from '../words/words.ts';
import { Failed } from './notice.tsx';

export interface ConfirmProps {
  title: string;
  /** What it will do. */
  text: string;
  /** On the button that does it. */
  action: string;
  run(): Promise<unknown>;
  onClose(): void;
}

export function Confirm({ title, text, action, run, onClose }: ConfirmProps) {
  const error = useSignal<BatonError | null>(null);
  const isBusy = useSignal(false);
  const confirm = async () => {
    isBusy.value = true;
    error.value = null;
    try {
      await run();
      onClose();
    } catch (thrown) {
      error.value = asBatonError(thrown);
    }
    isBusy.value = false;
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p class="p-4 wrap-anywhere">{text}</p>
      {error.value && <Failed error={error.value} />}
      <div class="flex flex-wrap justify-end gap-2 border-t border-line p-3">
        <Button onClick={onClose}>{words.value.cancel}</Button>
        <Button look="bad" disabled={isBusy.value} onClick={confirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
