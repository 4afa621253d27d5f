// The page: the form where nobody is signed in, else what is edited, or why it cannot be.

import { useEffect } from 'preact/hooks';
import { account, signOut } from '../../shared/src/account.ts';
import { Button } from '../../shared/src/ui/button.tsx';
import { SignIn } from '../../shared/src/ui/sign-in.tsx';
import { EditorContext } from './editing.ts';
import { Banners } from './frame/banners.tsx';
import { DraftBar } from './frame/bar.tsx';
import { SectionBoundary } from './frame/boundary.tsx';
import { Head } from './frame/head.tsx';
import { Nothing } from './frame/heading.tsx';
import { Navigation } from './frame/navigation.tsx';
import type { Editor } from './model/editor.ts';
import { open, opening } from './opening.ts';
import { useRoute } from './routes.ts';
import { SectionView } from './sections/section.tsx';
import { words } from './words/words.ts';

export function Page() {
  const { page } = words.value;
  useEffect(() => {
    document.title = `${page} · Baton`;
  }, [page]);
  if (!account.value) return <SignIn page={page} roles={['admin', 'supervisor']} />;
  const now = opening.value;
  if (now.state === 'open') return <Editing key={account.value.sub} editor={now.editor} />;
  return (
    <div class="flex min-h-dvh flex-col">
      <Head />
      <main class="flex-1">
        {now.state === 'loading' ? <Loading /> : <Failed code={now.error.code} />}
      </main>
    </div>
  );
}

function Loading() {
  return (
    <p role="status" class="grid min-h-64 place-items-center text-quiet">
      {words.value.states.loading}
    </p>
  );
}

function Failed({ code }: { code: string }) {
  const { states, errors, otherError } = words.value;
  const isForbidden = code === 'forbidden';
  const isSignedOut = code === 'unauthenticated';
  return (
    <div role="alert">
      <Nothing
        title={isForbidden ? states.forbidden : states.failed}
        more={isForbidden ? states.forbiddenMore : (errors[code] ?? otherError)}
      >
        {isForbidden || isSignedOut ? (
          <Button look="primary" onClick={() => signOut()}>
            {states.signInAgain}
          </Button>
        ) : (
          <Button look="primary" onClick={open}>
            {states.retry}
          </Button>
        )}
      </Nothing>
    </div>
  );
}

function Editing({ editor }: { editor: Editor }) {
  const route = useRoute();
  return (
    <EditorContext.Provider value={editor}>
      <div class="flex h-dvh flex-col">
        <Head canOpenMenu />
        <Banners />
        <div class="flex min-h-0 flex-1">
          <Navigation route={route} />
          <main
            id="content"
            tabIndex={-1}
            class="relative flex min-h-0 min-w-0 flex-1 flex-col overflow-y-auto outline-none"
          >
            <SectionBoundary of={`${route?.section}/${route?.id}/${editor.draft.revision.value}`}>
              <SectionView route={route} />
            </SectionBoundary>
          </main>
        </div>
        <DraftBar />
      </div>
    </EditorContext.Provider>
  );
}
