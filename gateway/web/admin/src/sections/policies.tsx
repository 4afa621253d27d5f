// The workspace's policies.

import { POLICY_DEFAULTS } from '@baton/client';
import { useEditor } from '../editing.ts';
import { Group } from '../forms/frame.tsx';
import { PolicyFields } from '../forms/policies.tsx';
import { UnknownFields } from '../forms/unknown.tsx';
import { COLUMN, Heading } from '../frame/heading.tsx';
import { useJumps } from '../jump.ts';
import { at } from '../model/place.ts';
import { words } from '../words/words.ts';

export function PoliciesSection() {
  const { draft, canEdit } = useEditor();
  useJumps();
  const { sections, intro, forms } = words.value;
  return (
    <div class={COLUMN}>
      <Heading title={sections.policies} lead={intro.policies} />
      <fieldset disabled={!canEdit} class="contents">
        <Group title={forms.timers} path="policies">
          <PolicyFields at={at('policies')} />
        </Group>
        <UnknownFields
          value={draft.get('policies')}
          known={Object.keys(POLICY_DEFAULTS)}
          at={(name) => at('policies', name)}
        />
      </fieldset>
    </div>
  );
}
