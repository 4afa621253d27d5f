// A message: one text for everybody, or one a language. Choosing a language makes several of one.

import type { Text } from '@baton/client';
import { useSignal } from '@preact/signals';
import { X } from 'lucide-preact';
import { language } from '../../../shared/src/language.ts';
import { useEditor } from '../editing.ts';
import { FindingLine } from '../frame/finding.tsx';
import { type At, into } from '../model/place.ts';
import { words } from '../words/words.ts';
import { BOX, Changed } from './frame.tsx';
import { PictureButton } from './rows.tsx';
import { useField } from './use-field.ts';

/** Offered by name; any other tag can be written. */
const TAGS = 'en de fr es it pt nl pl tr uk ru ar zh ja'.split(' ');

export interface TextsProps {
  at: At;
  label: string;
  hint?: string | undefined;
  /** Placeholders that the server fills in. */
  fills?: readonly string[];
  /** In place of leaving the field out. */
  set?(value: Text | undefined): void;
}

export function TextsField({ at, label, hint, fills = [], ...rest }: TextsProps) {
  const { id, value, set: write, findings, isChanged } = useField<Text>(at);
  const { forms } = words.value;
  const set = rest.set ?? write;
  const texts = typeof value === 'object' ? Object.entries(value) : [];
  const setOne = (tag: string, text: string) => set({ ...(value as object), [tag]: text });
  const remove = (tag: string) => set(without(texts, tag));
  return (
    <fieldset data-path={id} class="flex min-w-0 flex-col gap-2">
      <legend class="mb-1 flex items-center gap-1.5 text-sm font-medium">
        {label}
        {isChanged && <Changed />}
      </legend>
      {hint && <p class="-mt-1 text-sm text-quiet">{hint}</p>}
      {typeof value !== 'object' && (
        <OneText
          path={id}
          label={`${label}: ${forms.allLanguages}`}
          text={value ?? ''}
          write={(text) => set(text === '' ? undefined : text)}
        />
      )}
      {texts.map(([tag, text]) => (
        <TaggedText key={tag} at={into(at, tag)} {...{ label, tag, text, remove, write: setOne }} />
      ))}
      <div class="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-quiet">
        <AddLanguage
          label={label}
          known={texts.map(([tag]) => tag)}
          add={(tag) => set(withTag(value, tag))}
        />
        {fills.length > 0 && (
          <span>
            {forms.fills} {fills.map((name) => `{${name}}`).join(', ')}
          </span>
        )}
      </div>
      {findings.map((finding) => (
        <FindingLine key={finding.code} finding={finding} />
      ))}
    </fieldset>
  );
}

interface TaggedProps {
  at: At;
  label: string;
  tag: string;
  text: string;
  write(tag: string, text: string): void;
  remove(tag: string): void;
}

function TaggedText({ at, label, tag, text, write, remove }: TaggedProps) {
  const { check } = useEditor();
  const { id } = useField<string>(at);
  const name = nameOfLanguage(tag);
  return (
    <div class="flex flex-col gap-1">
      <span class="flex items-center justify-between text-sm text-quiet">
        {name}
        <PictureButton
          icon={X}
          label={words.value.forms.removeLanguage(`${label}: ${name}`)}
          onClick={() => remove(tag)}
        />
      </span>
      <OneText
        path={id}
        label={`${label}: ${name}`}
        lang={tag}
        text={text}
        write={(next) => write(tag, next)}
      />
      {check.of(at).map((finding) => (
        <FindingLine key={finding.code} finding={finding} />
      ))}
    </div>
  );
}

interface OneTextProps {
  path: string;
  label: string;
  lang?: string;
  text: string;
  write(text: string): void;
}

function OneText({ path, label, lang, text, write }: OneTextProps) {
  const rows = Math.min(8, Math.max(2, Math.ceil(text.length / 70)));
  return (
    <textarea
      id={path}
      data-path={path}
      aria-label={label}
      lang={lang}
      dir="auto"
      rows={rows}
      class={`${BOX} resize-y`}
      value={text}
      onInput={(event) => write(event.currentTarget.value)}
    />
  );
}

interface AddLanguageProps {
  label: string;
  known: readonly string[];
  add(tag: string): void;
}

function AddLanguage({ label, known, add }: AddLanguageProps) {
  const isOther = useSignal(false);
  const { forms } = words.value;
  if (isOther.value) {
    return (
      <input
        aria-label={`${label}: ${forms.languageTag}`}
        placeholder={forms.languageTag}
        class={`${BOX} w-56`}
        ref={(input) => input?.focus()}
        onChange={({ currentTarget }) => {
          const tag = currentTarget.value.trim();
          if (tag) add(tag);
          isOther.value = false;
        }}
      />
    );
  }
  return (
    <select
      aria-label={`${label}: ${forms.addLanguage}`}
      class={`${BOX} w-auto! cursor-pointer text-quiet`}
      value=""
      onChange={({ currentTarget }) => {
        const tag = currentTarget.value;
        currentTarget.value = '';
        if (tag === '*') isOther.value = true;
        else if (tag) add(tag);
      }}
    >
      <option value="">{forms.addLanguage}</option>
      {TAGS.filter((tag) => !known.includes(tag)).map((tag) => (
        <option key={tag} value={tag}>
          {nameOfLanguage(tag)}
        </option>
      ))}
      <option value="*">{forms.otherLanguage}</option>
    </select>
  );
}

/** The text for all becomes the first language’s. */
function withTag(value: Text | undefined, tag: string): Text {
  if (typeof value === 'object') return { ...value, [tag]: value[tag] ?? '' };
  return { [tag]: value ?? '' };
}

/** Of no language at all, no text is left. */
function without(texts: Array<[string, string]>, tag: string): Text | undefined {
  const rest = texts.filter(([other]) => other !== tag);
  return rest.length > 0 ? Object.fromEntries(rest) : undefined;
}

export function nameOfLanguage(tag: string): string {
  try {
    const name = new Intl.DisplayNames([language.value], { type: 'language' }).of(tag);
    return name && name !== tag ? `${name} (${tag})` : tag;
  } catch {
    return tag;
  }
}
