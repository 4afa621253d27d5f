// The page: the form where nobody is signed in, else the view that the address names.

import type { ComponentChildren } from 'preact';
import { Route, Router, Switch, useLocation } from 'wouter-preact';
import { useHashLocation } from 'wouter-preact/use-hash-location';
import { SignIn } from '../../shared/src/ui/sign-in.tsx';
import { AgentView } from './agents/agent-view.tsx';
import { AgentsList } from './agents/list.tsx';
import { ChatView } from './chats/chat-view.tsx';
import { ChatsCard } from './chats/list.tsx';
import { Frame } from './frame.tsx';
import { type Board, BoardProvider, useBoard } from './live/board.ts';
import { STANDINGS } from './live/figures.ts';
import { board } from './live/signed-in.ts';
import { Announcer } from './queues/announcer.tsx';
import { Overview } from './queues/overview.tsx';
import { QueueView } from './queues/queue-view.tsx';
import { Empty } from './ui/notice.tsx';
import { Title } from './ui/title.tsx';
import { Wall } from './wall/wall.tsx';
import { words } from './words/words.ts';

const ROLES = ['supervisor', 'admin', 'agent'] as const;

export function Page() {
  const open = board.value;
  return open ? <Views board={open} /> : <SignIn page={words.value.signInTo} roles={ROLES} />;
}

export function Views({ board }: { board: Board }) {
  return (
    <BoardProvider value={board}>
      <Router hook={useHashLocation}>
        <Announcer />
        <Switch>
          <Route path="/wall">
            <Wall />
          </Route>
          <Route>
            <Framed />
          </Route>
        </Switch>
      </Router>
    </BoardProvider>
  );
}

function Framed() {
  const [path] = useLocation();
  const isList = path === '/agents' || path.startsWith('/agents/standing/');
  return (
    <Frame fills={isList}>
      <Switch>
        <Route path="/">
          <Overview />
        </Route>
        <Route path="/queues/:id">{({ id }) => <QueueView key={id} id={id} />}</Route>
        <Route path="/agents">
          <AgentsList standing={null} />
        </Route>
        <Route path="/agents/standing/:standing">
          {({ standing }) => (
            <AgentsList standing={STANDINGS.find((one) => one === standing) ?? null} />
          )}
        </Route>
        <Route path="/agents/:id">{({ id }) => <AgentView key={id} id={id} />}</Route>
        <Route path="/chats">
          <Overseen>
            <Title title={words.value.chats} />
            <ChatsCard title={words.value.allChats} query={{}} />
          </Overseen>
        </Route>
        <Route path="/chats/:id">
          {({ id }) => (
            <Overseen>
              <ChatView key={id} id={id} />
            </Overseen>
          )}
        </Route>
        <Route>
          <Title title={words.value.notFound} back="/" />
          <Empty>{words.value.notFoundText}</Empty>
        </Route>
      </Switch>
    </Frame>
  );
}

/** What agents may not see says so. */
function Overseen({ children }: { children: ComponentChildren }) {
  if (useBoard().oversees) return <>{children}</>;
  return (
    <>
      <Title title={words.value.chats} back="/" />
      <Empty>{words.value.forSupervisors}</Empty>
    </>
  );
}
