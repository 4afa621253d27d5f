// What a transfer would do, in sentences. Pure but for the language.

import type { AgentRow, Quote } from '@baton/client';
import { isolated } from '../../../shared/src/names.ts';
import { about } from '../../../shared/src/time.ts';
import { queueName } from '../people.ts';
import { words } from '../words/words.ts';
import type { Option } from './options.ts';

export interface QuoteWords {
  sentences: readonly string[];
  /** Whether it can be done, and whether one should think twice. */
  look: 'good' | 'warn' | 'bad';
}

export function quoteWords(quote: Quote, option: Option): QuoteWords {
  return option.kind === 'agent'
    ? agentQuote(quote, isolated(option.name), option.row)
    : queueQuote(quote);
}

function agentQuote({ outcome, code, eligible }: Quote, name: string, row: AgentRow): QuoteWords {
  const said = words.value.quote;
  switch (outcome) {
    case 'offered':
      return { look: 'good', sentences: [said.agent.offered(name)] };
    case 'refused': {
      const isAbsent = code === 'no_eligible_agent' || !eligible || row.status !== 'ready';
      const why = isAbsent ? said.agent.notReady(name) : said.agent.noRoom(name);
      const known = code && code !== 'no_eligible_agent' && code !== 'at_capacity';
      return { look: 'bad', sentences: [known ? refused(code) : why] };
    }
    default:
      return { look: 'warn', sentences: [said.agent.queued(name)] };
  }
}

function queueQuote(quote: Quote): QuoteWords {
  const trouble = quote.outcome !== 'refused' && words.value.quote.trouble[quote.code ?? ''];
  const { look, sentences } = admission(quote);
  return trouble ? { look: 'warn', sentences: [trouble, ...sentences] } : { look, sentences };
}

function admission(quote: Quote): QuoteWords {
  const said = words.value.quote;
  const { eligible, available, outcome, code, queue } = quote;
  const able = said.able(eligible, available);
  switch (outcome) {
    case 'offered':
      return { look: 'good', sentences: [able, said.offered] };
    case 'queued': {
      const waits = eligible === 0 ? [said.waitsAnyway] : [];
      const look = eligible === 0 ? 'warn' : 'good';
      return { look, sentences: [able, ...placeIn(quote), ...waits] };
    }
    case 'held':
      return { look: 'warn', sentences: [able, ...placeIn(quote), said.held] };
    case 'overflowed':
      return {
        look: 'warn',
        sentences: [said.overflowed(queueName(queue ?? '')), able, ...placeIn(quote)],
      };
    case 'refused':
      return { look: 'bad', sentences: [refused(code)] };
  }
}

function placeIn({ position, ewt, eligible }: Quote): string[] {
  const said = words.value.quote;
  const place = position ? [said.queued(position)] : [];
  if (ewt) return [...place, said.wait(about(ewt.p50_s), about(ewt.p90_s))];
  return eligible > 0 ? [...place, said.noWait] : place;
}

function refused(code: string | null | undefined): string {
  const said = words.value.quote.refused;
  return said[code ?? 'other'] ?? said.other ?? '';
}
