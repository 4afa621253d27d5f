// Buttons: one that is meant, the others, and those that end something.

import type { ButtonHTMLAttributes } from 'preact';

const LOOKS = {
  primary: 'bg-accent text-on-accent hover:opacity-90',
  plain: 'bg-raised text-text border border-line hover:bg-sunken',
  bad: 'bg-bad-soft text-bad hover:opacity-90',
};

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: keyof typeof LOOKS;
}

export function Button({ look = 'plain', class: more = '', ...rest }: ButtonProps) {
  const shape = 'rounded-lg px-3 py-1.5 font-medium cursor-pointer disabled:opacity-60';
  return <button type="button" {...rest} class={`${shape} ${LOOKS[look]} ${more}`} />;
}
