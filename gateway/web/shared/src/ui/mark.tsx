// A baton, handed on: the sign of all pages.

export function Mark() {
  return (
    <svg viewBox="0 0 24 24" class="size-6 shrink-0 text-accent" aria-hidden="true">
      <circle cx="12" cy="12" r="12" fill="currentColor" opacity="0.15" />
      <path d="M6.5 17.5 17.5 6.5" stroke="currentColor" stroke-width="4" stroke-linecap="round" />
    </svg>
  );
}
