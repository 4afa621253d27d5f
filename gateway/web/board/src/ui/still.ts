// Draws anew only for another thing, or for a signal that is read inside: a row that did not change
// costs nothing while its neighbours do.

import { Component, type ComponentChildren } from 'preact';

export interface StillProps<T> {
  of: T;
  /** Where it stands, if that is shown or told. */
  at?: number;
  children(of: T): ComponentChildren;
}

export class Still<T> extends Component<StillProps<T>> {
  override shouldComponentUpdate(next: StillProps<T>): boolean {
    return next.of !== this.props.of || next.at !== this.props.at;
  }

  override render({ of, children }: StillProps<T>): ComponentChildren {
    return children(of);
  }
}
