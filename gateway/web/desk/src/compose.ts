// The field in which one writes, of whatever is shown.

/** Goes there; whether there is one. */
export function compose(): boolean {
  const field = document.querySelector<HTMLElement>('[data-composer]');
  field?.focus();
  return field !== null;
}

/** Goes there unasked, where that does not put a keyboard over half the page. */
export function composeNext(): void {
  if (matchMedia('(pointer: fine)').matches) compose();
}
