// An agent.

import type { AgentConfig, ProfileQueue, QueueConfig } from '@baton/client';
import { useEditor } from '../editing.ts';
import { GRID, Group } from '../forms/frame.tsx';
import { ChoiceField, NumberField, TextField } from '../forms/inputs.tsx';
import { nameIn, optionsOf } from '../forms/names.ts';
import { SkillsField } from '../forms/skills.tsx';
import { UnknownFields } from '../forms/unknown.tsx';
import { at, into, type Place } from '../model/place.ts';
import { takenBy } from '../model/serving.ts';
import { hrefOf, toRow } from '../routes.ts';
import { words } from '../words/words.ts';
import { CHIP } from './queue.tsx';

const KNOWN = ['name', 'capacity', 'profile', 'skills'];
/** So many queues are named. */
const MOST = 24;

export function AgentForm({ id, place }: { id: string; place: Place }) {
  const { draft } = useEditor();
  const agent = (draft.get(place) ?? {}) as AgentConfig;
  const here = at(place);
  const { forms, fields } = words.value;
  const usual = Math.floor((agent.capacity ?? 1000) / 250);
  return (
    <>
      <Group title={forms.basics}>
        <div class={GRID}>
          <TextField
            at={into(here, 'name')}
            label={fields.name.label}
            placeholder={id}
            maxLength={200}
          />
          <NumberField
            at={into(here, 'capacity')}
            label={fields.capacity.label}
            hint={`${fields.capacity.hint} ${forms.isAbout(forms.atOnce(usual))}.`}
            placeholder="1000"
          />
          <ChoiceField
            at={into(here, 'profile')}
            {...fields.profile}
            none={forms.everyQueue}
            options={optionsOf(draft, 'profiles')}
          />
        </div>
      </Group>
      <Group title={forms.skills} path={`agents.${id}.skills`}>
        <SkillsField at={into(here, 'skills')} none={forms.skillsNone} />
      </Group>
      <Takes agent={agent} />
      <UnknownFields value={agent} known={KNOWN} at={(name) => into(here, name)} />
    </>
  );
}

function Takes({ agent }: { agent: AgentConfig }) {
  const { draft } = useEditor();
  const { forms, list } = words.value;
  const queues = takenBy(
    draft.part('queues') as Record<string, QueueConfig>,
    draft.part('profiles') as Record<string, ProfileQueue[]>,
    agent,
  );
  return (
    <Group title={forms.takes}>
      {queues.length === 0 ? (
        <p class="text-sm text-warn">{forms.takesNone}</p>
      ) : (
        <ul class="flex flex-wrap gap-2">
          {queues.slice(0, MOST).map((queue) => (
            <li key={queue}>
              <a class={CHIP} href={hrefOf(toRow('queues', queue))}>
                <bdi>{nameIn(draft, 'queues', queue)}</bdi>
              </a>
            </li>
          ))}
          {queues.length > MOST && (
            <li class="py-1 text-sm text-quiet">{list.andMore(queues.length - MOST)}</li>
          )}
        </ul>
      )}
    </Group>
  );
}
