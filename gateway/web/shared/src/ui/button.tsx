// Buttons: one that is meant, the others, and those that end something. Large enough for fingers
// where the page is a phone's.

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
  const shape =
    'rounded-lg px-3 py-1.5 font-medium cursor-pointer disabled:opacity-60 disabled:cursor-default max-md:min-h-11';
  return <button type="button" {...rest} class={`${shape} ${LOOKS[look]} ${more}`} />;
}

export interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** What it does, for those who do not see the picture and for those who point at it. */
  label: string;
}

/** A picture that does something. */
export function IconButton({ label, class: more = '', ...rest }: IconButtonProps) {
  const shape =
    'inline-grid size-8 shrink-0 place-items-center rounded-lg cursor-pointer text-quiet hover:bg-sunken hover:text-text disabled:opacity-50 max-md:size-11';
  return (
    <button type="button" title={label} aria-label={label} {...rest} class={`${shape} ${more}`} />
  );
}
