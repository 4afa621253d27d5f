// One published version: what it changed, and what going back to it would.

import { asBatonError, type Configuration, getConfig, type VersionRow } from '@baton/client';
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { Button } from '../../../shared/src/ui/button.tsx';
import { useEditor } from '../editing.ts';
import { BOX } from '../forms/frame.tsx';
import { Heading, Nothing } from '../frame/heading.tsx';
import { editsBetween } from '../model/draft.ts';
import { go } from '../routes.ts';
import { words } from '../words/words.ts';
import { moment } from './ago.ts';
import { Difference } from './difference.tsx';

interface VersionDetailProps {
  version: number;
  row: VersionRow | undefined;
  /** The one before it that is still kept. */
  before: number | undefined;
}

type Loaded = { config: Configuration; before: Configuration | null };

export function VersionDetail({ version, row, before }: VersionDetailProps) {
  const { http, draft, canEdit, replace } = useEditor();
  const loaded = useSignal<Loaded | null>(null);
  const failed = useSignal<string | null>(null);
  useEffect(() => {
    let isHere = true;
    read(http, version, before)
      .then((it) => {
        if (isHere) loaded.value = it;
      })
      .catch((error) => {
        if (isHere) failed.value = asBatonError(error).code;
      });
    return () => {
      isHere = false;
    };
  }, [version, before]);
  const { history, bar, states, errors, otherError } = words.value;
  if (failed.value) {
    const gone = failed.value === 'not_found';
    return <Nothing title={gone ? history.gone : (errors[failed.value] ?? otherError)} />;
  }
  if (!loaded.value) return <Nothing title={states.loading} />;
  const { config } = loaded.value;
  const isNow = version === draft.base.value.version;
  const restore = () => {
    replace(config);
    go({ section: 'review' });
  };
  return (
    <>
      <Heading
        title={bar.version(version)}
        lead={row ? `${moment(row.at)} ${history.by} ${row.by}` : ''}
      >
        {canEdit && !isNow && (
          <Button look="primary" class="max-sm:min-h-11" onClick={restore}>
            {history.restore}
          </Button>
        )}
      </Heading>
      {canEdit && !isNow && (
        <p class="text-sm text-quiet">
          {history.restoreMore}
          {draft.edits().size > 0 && ` ${history.replaces}`}
        </p>
      )}
      <Compared key={version} loaded={loaded.value} isNow={isNow} />
    </>
  );
}

function Compared({ loaded, isNow }: { loaded: Loaded; isNow: boolean }) {
  const { draft } = useEditor();
  const way = useSignal<'itself' | 'toNow'>(isNow ? 'itself' : 'toNow');
  const now = draft.base.value.config;
  const { config, before } = loaded;
  const from = way.value === 'itself' ? before : now;
  const edits = useMemo(() => (from ? editsBetween(from, config) : null), [from, config]);
  const { history } = words.value;
  return (
    <>
      {!isNow && (
        <select
          aria-label={history.against}
          class={`${BOX} w-auto! max-w-full cursor-pointer self-start`}
          value={way.value}
          onChange={(event) => (way.value = event.currentTarget.value as 'itself' | 'toNow')}
        >
          <option value="toNow">{history.toNow}</option>
          <option value="itself">{history.itself}</option>
        </select>
      )}
      {isNow && <h3 class="font-semibold">{history.itself}</h3>}
      {from && edits ? (
        <Difference from={from} edits={edits} />
      ) : (
        <p class="text-quiet">{history.first}</p>
      )}
    </>
  );
}

async function read(
  http: Parameters<typeof getConfig>[0],
  version: number,
  before: number | undefined,
): Promise<Loaded> {
  const manner = { patienceMs: 5_000 };
  const config = await getConfig(http, version, manner);
  const earlier = before === undefined ? null : await getConfig(http, before, manner);
  return { config, before: earlier };
}
