// Signs in: on a development server by picking one of its people, else at the service that the
// operator has, everywhere with a token.

import {
  asBatonError,
  getSignInWays,
  type Person,
  type Role,
  type SignInService,
  signInAs,
  type SignIn as Ways,
} from '@baton/client';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { signIn } from '../account.ts';
import { here } from '../sign-in-here.ts';
import { isAtHome } from '../sign-in-key.ts';
import { comingBack, goToService } from '../sign-in-service.ts';
import { words } from '../words.ts';
import { Button } from './button.tsx';
import { Field } from './field.tsx';
import { LanguageChoice } from './language-choice.tsx';
import { ThemeChoice } from './theme-choice.tsx';

export interface SignInProps {
  /** The page's name. */
  page: string;
  /** Whose page it is: those people are offered, in this order of what they are. */
  roles?: readonly Role[];
}

export function SignIn({ page, roles = ['agent'] }: SignInProps) {
  const { ways, isAway, ask } = useWays();
  const people = ways?.mode === 'demo' ? offered(ways.people, roles) : [];
  const said = words.value;
  if (comingBack.value.isDone) {
    return (
      <main class="grid min-h-dvh place-items-center p-4 text-center">{said.signedInAgain}</main>
    );
  }
  return (
    <main class="grid min-h-dvh grid-rows-[1fr_auto] place-items-center gap-4 p-4">
      <div class="flex w-full max-w-sm flex-col gap-5 rounded-2xl border border-line bg-raised p-6 shadow-sm">
        <h1 class="text-lg font-semibold">{page}</h1>
        {people.length > 0 && <Pick people={people} areAlike={roles.length === 1} />}
        {ways?.mode === 'oidc' && <Service service={ways} />}
        {ways?.mode === 'token' && isAtHome() && <p class="text-quiet">{said.needsKey}</p>}
        {isAway && (
          <p role="alert" class="flex flex-wrap items-center gap-3 text-bad">
            <span class="flex-1">{said.notReached}</span>
            <Button onClick={ask}>{said.tryNow}</Button>
          </p>
        )}
        <TokenForm isAside={people.length > 0 || isAway || ways?.mode === 'oidc'} />
      </div>
      <div class="flex flex-wrap justify-center gap-2">
        <LanguageChoice />
        <ThemeChoice />
      </div>
    </main>
  );
}

const offered = (people: readonly Person[], roles: readonly Role[]) =>
  roles.flatMap((role) => people.filter((one) => one.role === role));

/** How one signs in here, nothing until it is known; and whether nobody could tell. */
function useWays() {
  const ways = useSignal<Ways | null>(null);
  const isAway = useSignal(false);
  const ask = () => {
    isAway.value = false;
    getSignInWays(here())
      .then((told) => {
        ways.value = told;
      })
      .catch((thrown) => {
        // Where there is no such way the form is enough.
        isAway.value = asBatonError(thrown).retry;
      });
  };
  useEffect(ask, []);
  return { ways: ways.value, isAway: isAway.value, ask };
}

/** The way to the service, and what came of it. */
function Service({ service }: { service: SignInService }) {
  const isGoing = useSignal(false);
  const { isBusy, wrong, detail } = comingBack.value;
  const go = () => {
    isGoing.value = true;
    goToService(service).catch((thrown) => {
      isGoing.value = false;
      comingBack.value = { isBusy: false, wrong: words.value.notEncrypted };
      console.error(thrown);
    });
  };
  return (
    <section class="flex flex-col gap-3">
      <Button look="primary" disabled={isBusy || isGoing.value} onClick={go}>
        {isBusy ? words.value.signingIn : words.value.atService}
      </Button>
      {wrong && (
        <div role="alert" class="break-words text-bad">
          <p>{wrong}</p>
          {detail && (
            <p lang="en" class="mt-1 text-sm">
              {detail}
            </p>
          )}
        </div>
      )}
    </section>
  );
}

function Pick({ people, areAlike }: { people: readonly Person[]; areAlike: boolean }) {
  const isBusy = useSignal(false);
  const hasFailed = useSignal(false);
  const pick = async (person: Person) => {
    isBusy.value = true;
    try {
      const { token } = await signInAs(here(), person);
      hasFailed.value = !signIn(token);
    } catch {
      hasFailed.value = true;
    }
    isBusy.value = false;
  };
  return (
    <section class="flex flex-col gap-3">
      <p class="text-quiet">{words.value.pick}</p>
      <ul class="flex max-h-80 flex-col gap-1 overflow-y-auto p-0.5">
        {people.map((person) => (
          <li key={`${person.role} ${person.sub}`}>
            <button
              type="button"
              disabled={isBusy.value}
              onClick={() => pick(person)}
              class="flex min-h-11 w-full cursor-pointer items-center gap-3 rounded-lg border border-line px-3 py-1.5 text-left hover:bg-sunken"
            >
              <span class="mr-auto truncate font-medium">{person.name}</span>
              <span class="text-sm text-quiet">
                {areAlike ? person.sub : words.value.roles[person.role]}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {hasFailed.value && (
        <p role="alert" class="text-bad">
          {words.value.failed}
        </p>
      )}
    </section>
  );
}

function TokenForm({ isAside }: { isAside: boolean }) {
  const token = useSignal('');
  const isWrong = useSignal(false);
  const said = words.value;
  const submit = (event: Event) => {
    event.preventDefault();
    isWrong.value = !signIn(token.value);
  };
  const form = (
    <form onSubmit={submit} class="flex flex-col gap-4">
      <Field
        label={said.token}
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
          {said.noToken}
        </p>
      )}
      <Button look={isAside ? 'plain' : 'primary'} type="submit">
        {said.signIn}
      </Button>
    </form>
  );
  if (!isAside) return form;
  return (
    <details>
      <summary class="min-h-6 cursor-pointer text-sm text-quiet">{said.withToken}</summary>
      <div class="pt-3">{form}</div>
    </details>
  );
}
