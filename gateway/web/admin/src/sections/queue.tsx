// A queue.

import type { QueueConfig } from '@baton/client';
import { useEditor } from '../editing.ts';
import { GRID, Group, groupId } from '../forms/frame.tsx';
import {
  ChoiceField,
  NumberField,
  SecondsField,
  SwitchField,
  TextField,
} from '../forms/inputs.tsx';
import { nameIn, optionsOf } from '../forms/names.ts';
import { PolicyFields } from '../forms/policies.tsx';
import { RelaxationField } from '../forms/relaxation.tsx';
import { SkillsField } from '../forms/skills.tsx';
import { UnknownFields } from '../forms/unknown.tsx';
import { useLater } from '../forms/use-later.ts';
import { at, into, type Place } from '../model/place.ts';
import { ableFor } from '../model/serving.ts';
import { hrefOf, toRow } from '../routes.ts';
import { words } from '../words/words.ts';
import { MessageFields } from './messages.tsx';
import { NotInWidget } from './not-in-widget.tsx';
import { UsedBy } from './used-by.tsx';

const KNOWN = [
  ...['name', 'skills', 'priority', 'head_start_s', 'weight', 'spare', 'max_length'],
  ...['transfer_headroom', 'hours', 'closed', 'overflow', 'relaxation', 'messages', 'policies'],
];

export function QueueForm({ id, place }: { id: string; place: Place }) {
  const { draft } = useEditor();
  const queue = (draft.get(place) ?? {}) as QueueConfig;
  const here = at(place);
  const { forms } = words.value;
  const own = Object.keys(queue.policies ?? {}).length;
  return (
    <>
      <Contents />
      <Basics id={id} place={place} queue={queue} />
      <Group title={forms.requires} path={`queues.${id}.skills`}>
        <SkillsField at={into(here, 'skills')} none={forms.requiresNone} />
      </Group>
      <Group title={forms.relaxation} hint={forms.relaxationHint}>
        <RelaxationField at={into(here, 'relaxation')} required={queue.skills ?? []} />
      </Group>
      <WhoCan id={id} />
      <Room id={id} place={place} />
      <Group title={forms.messages} hint={forms.messagesHint}>
        <MessageFields at={into(here, 'messages')} />
      </Group>
      <Group
        title={forms.policies}
        hint={forms.policiesHint}
        aside={<span class="text-sm text-quiet">{forms.policiesSet(own)}</span>}
      >
        <PolicyFields at={into(here, 'policies')} ofQueue />
      </Group>
      <UsedBy place={place} />
      <UnknownFields value={queue} known={KNOWN} at={(name) => into(here, name)} />
    </>
  );
}

/** The parts of the form, to go to. */
function Contents() {
  const { forms } = words.value;
  const parts = [
    forms.basics,
    forms.requires,
    forms.relaxation,
    forms.opening,
    forms.messages,
    forms.policies,
  ];
  return (
    <nav aria-label={forms.contents} class="flex flex-wrap gap-1.5 max-sm:hidden">
      {parts.map((title) => (
        <button
          key={title}
          type="button"
          class={`${CHIP} cursor-pointer`}
          onClick={() => reveal(title)}
        >
          {title}
        </button>
      ))}
    </nav>
  );
}

function reveal(title: string) {
  const heading = document.getElementById(groupId(title));
  heading?.scrollIntoView({ block: 'start' });
  heading?.focus({ preventScroll: true });
}

function Basics({ id, place, queue }: { id: string; place: Place; queue: QueueConfig }) {
  const { forms, fields } = words.value;
  const here = at(place);
  const count = Math.floor(1000 / (queue.weight || 250));
  return (
    <Group title={forms.basics}>
      <div class={GRID}>
        <TextField
          at={into(here, 'name')}
          label={fields.name.label}
          placeholder={id}
          maxLength={200}
        />
        <NumberField at={into(here, 'priority')} {...fields.priority} max={9} placeholder="0" />
        <NumberField
          at={into(here, 'weight')}
          label={fields.weight.label}
          hint={`${fields.weight.hint} ${forms.isAbout(forms.atOnce(count))} ${forms.atOnceBeside}.`}
          min={1}
          placeholder="250"
        />
        <NumberField at={into(here, 'spare')} {...fields.spare} placeholder="0" />
        <SecondsField at={into(here, 'head_start_s')} {...fields.head_start_s} placeholder="0" />
      </div>
      <NotInWidget id={id} />
    </Group>
  );
}

function Room({ id, place }: { id: string; place: Place }) {
  const { draft } = useEditor();
  const { forms, fields } = words.value;
  const here = at(place);
  const others = optionsOf(draft, 'queues').filter(([one]) => one !== id);
  return (
    <Group title={forms.opening}>
      <div class={GRID}>
        <ChoiceField
          at={into(here, 'hours')}
          label={fields.hours.label}
          none={forms.alwaysOpen}
          options={optionsOf(draft, 'hours')}
        />
        <SwitchField at={into(here, 'closed')} {...fields.closed} />
        <ChoiceField
          at={into(here, 'overflow')}
          {...fields.overflow}
          none={forms.noOverflow}
          options={others}
        />
        <NumberField at={into(here, 'max_length')} {...fields.max_length} />
        <NumberField
          at={into(here, 'transfer_headroom')}
          {...fields.transfer_headroom}
          placeholder="0"
        />
      </div>
    </Group>
  );
}

function WhoCan({ id }: { id: string }) {
  const { draft } = useEditor();
  const able = useLater(draft.revision.value, () => ableFor(draft.whole(), id));
  const { forms, list } = words.value;
  if (!able) return null;
  const { atOnce, atOnceCount, laterCount } = able;
  return (
    <Group title={forms.who}>
      <p class={laterCount === 0 ? 'text-warn' : ''}>
        {laterCount === 0 ? forms.whoNobody : forms.whoSome(atOnceCount)}
        {laterCount > atOnceCount && `, ${forms.whoLater(laterCount)}`}
      </p>
      {atOnce.length > 0 && (
        <ul class="flex flex-wrap gap-2">
          {atOnce.map((agent) => (
            <li key={agent}>
              <a class={CHIP} href={hrefOf(toRow('agents', agent))}>
                <bdi>{nameIn(draft, 'agents', agent)}</bdi>
              </a>
            </li>
          ))}
          {atOnceCount > atOnce.length && (
            <li class="py-1 text-sm text-quiet">{list.andMore(atOnceCount - atOnce.length)}</li>
          )}
        </ul>
      )}
    </Group>
  );
}

export const CHIP =
  'block max-w-64 truncate rounded-lg border border-line bg-raised px-2.5 py-1 text-sm hover:text-accent max-sm:py-2.5';
