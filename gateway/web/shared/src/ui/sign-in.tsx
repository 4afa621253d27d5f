// Signs in with a token, where no other way is set up.

import { useSignal } from '@preact/signals';
import { signIn } from '../account.ts';
import { Button } from './button.tsx';
import { Field } from './field.tsx';

export function SignIn({ page }: { page: string }) {
  const token = useSignal('');
  const isWrong = useSignal(false);
  const submit = (event: Event) => {
    event.preventDefault();
    isWrong.value = !signIn(token.value);
  };
  return (
    <main class="grid min-h-dvh place-items-center p-4">
      <form
        onSubmit={submit}
        class="flex w-full max-w-sm flex-col gap-4 rounded-2xl border border-line bg-raised p-6"
      >
        <h1 class="text-lg font-semibold">{page}</h1>
        <Field
          label="Token"
          type="password"
          autocomplete="off"
          required
          value={token.value}
          onInput={(event) => {
            token.value = event.currentTarget.value;
          }}
        />
        {isWrong.value && (
          <p role="alert" class="text-bad">
            This is no token. “baton token” prints one.
          </p>
        )}
        <Button look="primary" type="submit">
          Sign in
        </Button>
      </form>
    </main>
  );
}
