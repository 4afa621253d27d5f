// What the server finds wrong with the draft, looked up a moment after each change. One check runs
// at a time; what was found before stands until there is news.

import { asBatonError, type BatonError, checkConfig, type Finding, type Http } from '@baton/client';
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Draft } from './draft.ts';
import { type At, type Place, placeOfFinding, textOf } from './place.ts';

/** How the findings stand to the draft. */
export type CheckState = 'running' | 'current' | 'failed';

/** So long after the last keystroke. */
const PAUSE_MS = 450;
/** After a check that nobody answered. */
const AGAIN_MS = 5_000;
/** The largest configurations take seconds. */
const ANSWER_MS = 30_000;

export interface Check {
  readonly state: ReadonlySignal<CheckState>;
  readonly findings: ReadonlySignal<readonly Finding[]>;
  /** Why there was no answer. */
  readonly failure: ReadonlySignal<BatonError | null>;
  readonly errors: ReadonlySignal<number>;
  /** Findings of a place. */
  at(place: Place): readonly Finding[];
  /** Findings of exactly this field, by its path as findings have it. */
  of(field: At): readonly Finding[];
  /** The server said so itself, for the draft as it is now. */
  found(findings: readonly Finding[]): void;
  close(): void;
}

export function check(http: Http, draft: Draft): Check {
  const state = signal<CheckState>('running');
  const findings = signal<readonly Finding[]>([]);
  const failure = signal<BatonError | null>(null);
  let cancel = () => {};
  let isRunning = false;
  let isClosed = false;

  const run = async () => {
    if (isRunning || isClosed) return;
    isRunning = true;
    const revision = draft.revision.peek();
    const answer = await ask(http, draft);
    isRunning = false;
    if (isClosed) return;
    if (draft.revision.peek() !== revision) return void run();
    failure.value = answer.failure ?? null;
    if (answer.findings) findings.value = answer.findings;
    state.value = answer.findings ? 'current' : 'failed';
    if (!answer.findings) cancel = http.platform.clock.after(AGAIN_MS, run);
  };
  const stop = effect(() => {
    draft.revision.value;
    state.value = 'running';
    cancel();
    cancel = http.platform.clock.after(PAUSE_MS, run);
  });

  const byPlace = computed(() => group(findings.value, draft));
  const byPath = computed(() => grouped(findings.value, (finding) => finding.path));
  return {
    state,
    findings,
    failure,
    errors: computed(() => findings.value.filter((one) => one.severity === 'error').length),
    at: (place) => byPlace.value.get(place) ?? [],
    of: (field) => byPath.value.get(textOf(field)) ?? [],
    found(said) {
      findings.value = said;
      state.value = 'current';
    },
    close() {
      isClosed = true;
      stop();
      cancel();
    },
  };
}

interface Answer {
  findings?: readonly Finding[];
  failure?: BatonError;
}

async function ask(http: Http, draft: Draft): Promise<Answer> {
  try {
    const { findings } = await checkConfig(http, draft.whole(), {
      patienceMs: 0,
      answerMs: ANSWER_MS,
    });
    return { findings };
  } catch (thrown) {
    const error = asBatonError(thrown);
    return error.code === 'invalid' ? { findings: findingsOf(error) } : { failure: error };
  }
}

/** What a refusal names: findings, or the one field whose shape is wrong. */
export function findingsOf(error: BatonError): readonly Finding[] {
  const { findings, path } = error.body;
  if (findings?.length) return findings;
  return [{ severity: 'error', code: error.code, path: path ?? '', message: error.detail }];
}

function group(findings: readonly Finding[], draft: Draft) {
  const has = (place: Place) => draft.has(place);
  return grouped(findings, (finding) => placeOfFinding(finding.path, has));
}

function grouped(findings: readonly Finding[], keyOf: (finding: Finding) => string) {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = keyOf(finding);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return groups;
}
