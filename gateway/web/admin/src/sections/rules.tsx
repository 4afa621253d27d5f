// Routing rules in their order. One is open at a time; the others are a line each.

import type { Rule } from '@baton/client';
import { useSignal } from '@preact/signals';
import { ChevronRight } from 'lucide-preact';
import { useEditor } from '../editing.ts';
import { BOX, Changed } from '../forms/frame.tsx';
import { AddButton, moved, RowButtons } from '../forms/rows.tsx';
import { useField } from '../forms/use-field.ts';
import { FindingLine, SeverityIcon } from '../frame/finding.tsx';
import { COLUMN, Heading, Nothing } from '../frame/heading.tsx';
import { useJumps } from '../jump.ts';
import { published } from '../model/draft.ts';
import { at, isWithin } from '../model/place.ts';
import { isSame } from '../model/value.ts';
import { go, hrefOf } from '../routes.ts';
import { say } from '../say.ts';
import { words } from '../words/words.ts';
import { RuleForm } from './rule.tsx';

/** From so many on there is a search. */
const MANY = 12;

export function RulesSection({ open }: { open: string | undefined }) {
  const { canEdit } = useEditor();
  useJumps();
  const { value: rules = [], set, findings } = useField<Rule[]>(at('rules'));
  const text = useSignal('');
  const { sections, intro, rules: said } = words.value;
  const chosen = open === undefined ? -1 : Number(open) - 1;
  const shown = rules
    .map((rule, index) => ({ rule, index }))
    .filter(
      ({ rule, index }) =>
        index === chosen || JSON.stringify(rule).toLowerCase().includes(text.value.toLowerCase()),
    );
  const add = () => {
    set([...rules, { if: '' }]);
    go({ section: 'rules', id: String(rules.length + 1) });
  };
  return (
    <div class={COLUMN}>
      <Heading title={sections.rules} lead={intro.rules} />
      {rules.length > MANY && (
        <input
          type="search"
          class={`${BOX} max-w-sm`}
          aria-label={said.filter}
          placeholder={said.filter}
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
      )}
      <fieldset disabled={!canEdit} data-path="rules" class="flex min-w-0 flex-col gap-3">
        {findings.map((finding) => (
          <FindingLine key={finding.code} finding={finding} />
        ))}
        {rules.length === 0 && <Nothing title={said.none} />}
        <ol class="flex flex-col gap-2">
          {shown.map(({ rule, index }) => (
            <RuleCard
              key={index}
              {...{ rule, index }}
              isOpen={index === chosen}
              count={rules.length}
              move={(to) => {
                set(moved(rules, index, to));
                if (index === chosen)
                  go({ section: 'rules', id: String(to + 1) }, { replace: true });
              }}
              remove={() => {
                set(rules.filter((_, other) => other !== index));
                go({ section: 'rules' }, { replace: true });
              }}
            />
          ))}
        </ol>
        <AddButton label={said.add} onClick={add} />
      </fieldset>
    </div>
  );
}

interface RuleCardProps {
  rule: Rule;
  index: number;
  count: number;
  isOpen: boolean;
  move(to: number): void;
  remove(): void;
}

function RuleCard({ rule, index, isOpen, ...buttons }: RuleCardProps) {
  const { draft, check } = useEditor();
  const { rules: said } = words.value;
  const path = `rules[${index}]`;
  const worst = check.at('rules').find((finding) => isWithin(finding.path, path))?.severity;
  const before = published(draft.base.value.config, 'rules') as Rule[] | undefined;
  const toggle = isOpen
    ? hrefOf({ section: 'rules' })
    : hrefOf({ section: 'rules', id: String(index + 1) });
  return (
    <li data-path={path} class="rounded-xl border border-line bg-raised">
      <div class="flex items-center gap-2 p-2">
        <a
          href={toggle}
          aria-expanded={isOpen}
          class="flex min-h-10 min-w-0 flex-1 items-center gap-2 rounded-lg px-2 hover:bg-sunken"
        >
          <ChevronRight
            size={16}
            aria-hidden="true"
            class={`shrink-0 text-quiet transition-transform ${isOpen ? 'rotate-90' : ''}`}
          />
          <span class="shrink-0 text-sm text-quiet tabular-nums">{said.rule(index + 1)}</span>
          {!isOpen && (
            <span class="min-w-0 truncate">
              <code class="text-sm">{rule.if || '…'}</code>{' '}
              <span class="text-quiet">→ {say.ruleEffect(draft, rule)}</span>
            </span>
          )}
          {worst && <SeverityIcon severity={worst} />}
          {!isSame(before?.[index], rule) && <Changed />}
        </a>
        <RowButtons name={said.rule(index + 1)} index={index} {...buttons} />
      </div>
      {isOpen && <RuleForm index={index} />}
    </li>
  );
}
