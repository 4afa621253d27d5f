// Values of a configuration as people read them: in differences, and in lines that stand for more.

import type {
  HoursException,
  ProfileQueue,
  Relaxation,
  Rule,
  SkillAt,
  Weekly,
} from '@baton/client';
import { about } from '../../shared/src/time.ts';
import { nameIn } from './forms/names.ts';
import type { Draft } from './model/draft.ts';
import type { Path } from './model/place.ts';
import { isFields, type Json } from './model/value.ts';
import { fieldWords, words } from './words/words.ts';

const time = (seconds: number) =>
  seconds < 120 ? `${seconds} s` : `${seconds} s (${about(seconds)})`;

const skillAt = (draft: Draft, row: SkillAt) =>
  words.value.say.atLeast(nameIn(draft, 'skills', row.skill), row.level ?? 1);

function ruleEffect(draft: Draft, rule: Rule): string {
  const parts = [
    rule.queue === undefined ? '' : nameIn(draft, 'queues', rule.queue),
    rule.priority === undefined ? '' : words.value.say.priority(rule.priority),
    ...(rule.skills ?? []).map((row) => skillAt(draft, row)),
  ].filter(Boolean);
  return parts.join(', ') || words.value.rules.nothing;
}

function weekly({ days, from, to }: Weekly): string {
  const said = (days ?? []).map((day) => words.value.days[day] ?? day);
  return `${said.join(', ')} ${from}–${to}`;
}

function exception({ date, from, to }: HoursException): string {
  return from === undefined ? words.value.say.closedOn(date) : `${date} ${from}–${to}`;
}

function relaxation(draft: Draft, row: Relaxation): string {
  const { say: said } = words.value;
  const name = nameIn(draft, 'skills', row.skill);
  const then = row.level === undefined ? said.notRequired(name) : said.atLeast(name, row.level);
  return said.after(time(row.after_s), then);
}

function profileQueue(draft: Draft, row: ProfileQueue): string {
  const { say: said } = words.value;
  const parts = [
    nameIn(draft, 'queues', row.queue),
    row.rank === undefined ? '' : said.rank(row.rank),
    row.delay_s === undefined ? '' : said.delay(time(row.delay_s)),
  ];
  return parts.filter(Boolean).join(', ');
}

/** A row of some list, by what it has. */
function row(draft: Draft, value: Record<string, Json>): string {
  if ('if' in value) {
    const rule = value as unknown as Rule;
    return words.value.say.ifThen(rule.if, ruleEffect(draft, rule));
  }
  if ('after_s' in value) return relaxation(draft, value as unknown as Relaxation);
  if ('skill' in value) return skillAt(draft, value as unknown as SkillAt);
  if ('days' in value) return weekly(value as unknown as Weekly);
  if ('date' in value) return exception(value as unknown as HoursException);
  if ('queue' in value) return profileQueue(draft, value as unknown as ProfileQueue);
  return JSON.stringify(value);
}

/** What is named by these fields. */
const REFERENCES = {
  queue: 'queues',
  overflow: 'queues',
  default_queue: 'queues',
  profile: 'profiles',
  hours: 'hours',
  skill: 'skills',
} as const;

function scalar(draft: Draft, field: string, text: string): string {
  const { values } = words.value;
  const known = (values as Record<string, Record<string, string>>)[field]?.[text];
  if (known) return known;
  const table = REFERENCES[field as keyof typeof REFERENCES];
  return table ? nameIn(draft, table, text) : text;
}

/** Any value; `undefined` is for the caller to say. */
function value(draft: Draft, path: Path, it: Json): string {
  const field = String(path.findLast((step) => typeof step === 'string') ?? '');
  if (typeof it === 'boolean') return it ? words.value.forms.yes : words.value.forms.no;
  if (typeof it === 'number') return field.endsWith('_s') ? time(it) : String(it);
  if (typeof it === 'string') return scalar(draft, field, it) || words.value.say.empty;
  if (Array.isArray(it)) {
    return it.map((one) => value(draft, path, one)).join(', ') || words.value.say.empty;
  }
  return isFields(it) ? row(draft, it) : JSON.stringify(it);
}

/** `Policies › Wrap-up`. */
function path(steps: Path): string {
  const said = steps.map((step) =>
    typeof step === 'number' ? words.value.say.row(step + 1) : fieldWords(step).label,
  );
  return said.join(' › ');
}

export const say = { value, path, ruleEffect, time };
