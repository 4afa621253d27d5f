// What cannot be drawn is said to be so, on the console too, and never leaves a white page.

import { Component, type ComponentChildren } from 'preact';
import { words } from '../words.ts';
import { Button } from './button.tsx';

export interface BoundaryProps {
  children: ComponentChildren;
  /** What stands in the place of what cannot be drawn. */
  broken: () => ComponentChildren;
  /** What is drawn, in a word: another is worth another try. */
  of?: string;
}

interface State {
  broken: { of: string | undefined } | null;
}

export class Boundary extends Component<BoundaryProps, State> {
  override state: State = { broken: null };

  override componentDidCatch(error: unknown) {
    console.error(error);
    this.setState({ broken: { of: this.props.of } });
  }

  override render() {
    const { broken } = this.state;
    const isBroken = broken !== null && broken.of === this.props.of;
    return isBroken ? this.props.broken() : this.props.children;
  }
}

/** Around a whole page. `kept` says what is not lost. */
export function PageBoundary({ children, kept }: { children: ComponentChildren; kept(): string }) {
  return <Boundary broken={() => <BrokenPage kept={kept()} />}>{children}</Boundary>;
}

function BrokenPage({ kept }: { kept: string }) {
  const said = words.value;
  return (
    <main class="grid min-h-dvh place-items-center p-6">
      <div role="alert" class="flex max-w-md flex-col items-start gap-3">
        <h1 class="text-lg font-semibold">{said.broken}</h1>
        <p>{kept}</p>
        <Button look="primary" onClick={() => location.reload()}>
          {said.loadAgain}
        </Button>
      </div>
    </main>
  );
}
