// What cannot be drawn is said to be so, and the rest of the page goes on.

import { Component, type ComponentChildren } from 'preact';
import { words } from '../words/words.ts';
import { Nothing } from './heading.tsx';

interface BoundaryProps {
  /** What is drawn, in a word: another is worth another try. */
  of: string;
  children: ComponentChildren;
}

export class Boundary extends Component<BoundaryProps, { broken: string | null }> {
  override state = { broken: null };

  override componentDidCatch() {
    this.setState({ broken: this.props.of });
  }

  override render() {
    const { states } = words.value;
    if (this.state.broken !== this.props.of) return this.props.children;
    return (
      <div role="alert">
        <Nothing title={states.broken} more={states.brokenMore} />
      </div>
    );
  }
}
