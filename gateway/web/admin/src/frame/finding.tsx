// One finding, as a line: how bad, what in a few words, and the server's sentence with the details.

import type { Finding, Severity } from '@baton/client';
import { CircleAlert, Info, type LucideIcon, TriangleAlert } from 'lucide-preact';
import { words } from '../words/words.ts';

export const SEVERITIES: Record<Severity, { icon: LucideIcon; text: string; soft: string }> = {
  error: { icon: CircleAlert, text: 'text-bad', soft: 'bg-bad-soft text-bad' },
  warning: { icon: TriangleAlert, text: 'text-warn', soft: 'bg-warn-soft text-warn' },
  info: { icon: Info, text: 'text-quiet', soft: 'bg-sunken text-quiet' },
};

export function SeverityIcon({ severity }: { severity: Severity }) {
  const { icon: Icon, text } = SEVERITIES[severity];
  return (
    <Icon
      size={16}
      class={`mt-0.5 shrink-0 ${text}`}
      role="img"
      aria-label={words.value.found.severity[severity]}
    />
  );
}

export function FindingLine({ finding }: { finding: Finding }) {
  const { severity, code, message } = finding;
  const known = words.value.findings[code];
  return (
    <p class={`flex gap-1.5 text-sm ${SEVERITIES[severity].text}`}>
      <SeverityIcon severity={severity} />
      <span class="min-w-0 break-words">
        {known && <span class="font-medium">{known}. </span>}
        <span lang="en">{sentence(message)}</span>
      </span>
    </p>
  );
}

/** The server writes no full stop and no capital. */
export function sentence(message: string): string {
  const text = message.trim();
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
}
