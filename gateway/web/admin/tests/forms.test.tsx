// @vitest-environment happy-dom
// Fields over a draft: what is typed is what would be published, and what is found stands there.

import type { Finding } from '@baton/client';
import { signal } from '@preact/signals';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/preact';
import type { ComponentChildren } from 'preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chooseLanguage } from '../../shared/src/language.ts';
import { EditorContext } from '../src/editing.ts';
import {
  ChoiceField,
  NumberField,
  SecondsField,
  TextField,
  TriField,
} from '../src/forms/inputs.tsx';
import { PolicyFields } from '../src/forms/policies.tsx';
import { SkillsField } from '../src/forms/skills.tsx';
import { TextsField } from '../src/forms/texts.tsx';
import { SectionBoundary } from '../src/frame/boundary.tsx';
import { type Draft, draft } from '../src/model/draft.ts';
import type { Editor } from '../src/model/editor.ts';
import { type At, at, textOf } from '../src/model/place.ts';
import { say } from '../src/say.ts';
import { ExceptionFields } from '../src/sections/hours-exceptions.tsx';
import { MessageFields } from '../src/sections/messages.tsx';
import { ProfileForm } from '../src/sections/profile.tsx';
import { QueueForm } from '../src/sections/queue.tsx';
import { WidgetSection } from '../src/sections/widget.tsx';
import { shop } from './world.ts';

let edited: Draft;
const findings = signal<Finding[]>([]);
const check = {
  findings,
  at: () => [],
  of: (field: At) => findings.value.filter((one) => one.path === textOf(field)),
};

beforeEach(() => {
  edited = draft({ version: 3, config: shop() });
  findings.value = [];
  chooseLanguage('en');
});
afterEach(cleanup);

function show(children: ComponentChildren) {
  const editor = { draft: edited, check, canEdit: true } as unknown as Editor;
  return render(<EditorContext.Provider value={editor}>{children}</EditorContext.Provider>);
}

const type = (field: HTMLElement, value: string) => fireEvent.input(field, { target: { value } });
const choose = (field: HTMLElement, value: string) =>
  fireEvent.change(field, { target: { value } });

describe('a field', () => {
  it('writes what is typed, and leaves out what is emptied', () => {
    show(<TextField at={at('queues/sales', 'name')} label="Name" />);
    type(screen.getByLabelText('Name'), 'Shop');
    expect(edited.get('queues/sales')).toMatchObject({ name: 'Shop' });
    screen.getByLabelText('Not published yet');
    type(screen.getByLabelText('Name'), '');
    expect(edited.get('queues/sales')).not.toHaveProperty('name');
  });

  it('shows what is found at it, in words and to those who cannot see', () => {
    findings.value = [
      {
        severity: 'error',
        path: 'queues.sales.priority',
        code: 'bad_priority',
        message: 'use 0 to 9',
      },
    ];
    show(<NumberField at={at('queues/sales', 'priority')} label="Priority" max={9} />);
    const field = screen.getByLabelText('Priority');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    const more = document.getElementById(field.getAttribute('aria-describedby') ?? '');
    expect(more?.textContent).toContain('Not a priority from 0 to 9. Use 0 to 9.');
  });

  it('says long times in minutes', () => {
    show(<SecondsField at={at('policies', 'inactivity_s')} label="Inactivity" />);
    type(screen.getByLabelText('Inactivity'), '600');
    screen.getByText('= 10 min');
    type(screen.getByLabelText('Inactivity'), '0.5');
    expect(edited.get('policies')).toEqual({ inactivity_s: 0.5 });
  });

  it('shows what is named but does not exist', () => {
    edited.edit(at('default_queue'), 'gone');
    show(<ChoiceField at={at('default_queue')} label="Queue" options={[['sales', 'Sales']]} />);
    screen.getByRole('option', { name: 'gone (does not exist)' });
  });

  it('knows no from not said', () => {
    show(<TriField at={at('policies', 'single_connection')} label="One" none="As usual" />);
    choose(screen.getByLabelText('One'), 'false');
    expect(edited.get('policies')).toEqual({ single_connection: false });
    choose(screen.getByLabelText('One'), '');
    expect(edited.edits().size).toBe(0);
  });
});

describe('policies', () => {
  it('of a queue show the workspace’s in their place, and that the usual', () => {
    edited.edit(at('policies', 'offer_s'), 45);
    show(<PolicyFields at={at('queues/sales', 'policies')} ofQueue />);
    expect(screen.getByLabelText('Time to accept').getAttribute('placeholder')).toBe('45');
    expect(screen.getByLabelText('Wrap-up').getAttribute('placeholder')).toBe('60');
    expect(screen.getByLabelText('Longest wait').getAttribute('placeholder')).toBe('never');
    screen.getByRole('option', { name: 'As the workspace: Idle for longest' });
    expect(screen.queryByLabelText('Most transfers')).toBeNull();
  });

  it('of the workspace have all there are', () => {
    show(<PolicyFields at={at('policies')} />);
    type(screen.getByLabelText('Most transfers'), '3');
    fireEvent.click(screen.getByLabelText('Priority'));
    expect(edited.get('policies')).toEqual({
      max_hops: 3,
      start_fields: ['skills', 'preferred_agent'],
    });
    for (const name of ['Skills', 'A preferred agent'])
      fireEvent.click(screen.getByLabelText(name));
    expect(edited.get('policies')).toMatchObject({ start_fields: [] });
  });
});

describe('what no form knows', () => {
  it('is shown with what is found there, kept, and can be taken out', () => {
    edited.put([['queues/sales', { name: 'Sales', mood: 'good', policies: { max_hops: 3 } }]]);
    findings.value = [
      { severity: 'error', path: 'queues.sales.mood', code: 'invalid', message: 'unknown field' },
      {
        severity: 'error',
        path: 'queues.sales.policies.max_hops',
        code: 'workspace_only',
        message: 'x',
      },
    ];
    show(<QueueForm id="sales" place="queues/sales" />);
    screen.getByText('mood: "good"');
    screen.getByText('Unknown field.');
    screen.getByText('Holds for the whole workspace only.');
    fireEvent.click(screen.getByLabelText('Remove: max_hops'));
    fireEvent.click(screen.getByLabelText('Remove: mood'));
    expect(edited.get('queues/sales')).toEqual({ name: 'Sales' });
  });
});

describe('lists', () => {
  it('of skills take, change and lose rows', () => {
    show(<SkillsField at={at('agents/agent1', 'skills')} none="None." />);
    choose(screen.getByLabelText('Add a skill …'), 'french');
    type(screen.getAllByLabelText('Level')[1]!, '7');
    expect(edited.get('agents/agent1')).toMatchObject({
      skills: [
        { skill: 'billing', level: 8 },
        { skill: 'french', level: 7 },
      ],
    });
    fireEvent.click(screen.getByLabelText('Remove: Billing'));
    fireEvent.click(screen.getByLabelText('Remove: French'));
    expect(edited.get('agents/agent1')).toEqual({ name: 'Alice Weber', skills: [] });
    screen.getByText('None.');
  });

  it('of exceptions close a day or open it', () => {
    edited.put([['hours/office', { weekly: [], exceptions: [{ date: '2026-12-25' }] }]]);
    show(<ExceptionFields at={at('hours/office', 'exceptions')} />);
    choose(screen.getByLabelText(/^2026-12-25: /), 'open');
    expect(edited.get('hours/office')).toMatchObject({
      exceptions: [{ date: '2026-12-25', from: '08:00', to: '12:00' }],
    });
    choose(screen.getByLabelText(/^2026-12-25: /), 'closed');
    fireEvent.click(screen.getByText('Add a date'));
    expect(edited.get('hours/office')).toMatchObject({
      exceptions: [{ date: '2026-12-25' }, { date: '2026-12-26' }],
    });
  });
});

describe('a message', () => {
  it('is one text, or one a language', () => {
    show(<TextsField at={at('queues/sales', 'messages', 'greeting')} label="Greeting" />);
    const value = () => edited.read(at('queues/sales', 'messages', 'greeting'));
    type(screen.getByLabelText('Greeting: All languages'), 'Hello');
    expect(value()).toBe('Hello');
    choose(screen.getByLabelText('Greeting: Add a language …'), 'en');
    choose(screen.getByLabelText('Greeting: Add a language …'), 'de');
    type(screen.getByLabelText('Greeting: German (de)'), 'Hallo');
    expect(value()).toEqual({ en: 'Hello', de: 'Hallo' });
    for (const name of ['English (en)', 'German (de)']) {
      fireEvent.click(screen.getByLabelText(`Remove Greeting: ${name}`));
    }
    expect(edited.edits().size).toBe(0);
  });

  it('to those who wait has a time with its text, and none without', () => {
    show(<MessageFields at={at('queues/sales', 'messages')} />);
    const group = within(screen.getByRole('group', { name: /Waiting/ }));
    type(group.getByLabelText('Waiting: All languages'), 'You are {position}');
    expect(edited.get('queues/sales')).toMatchObject({
      messages: { waiting: { every_s: 60, text: 'You are {position}' } },
    });
    type(screen.getByLabelText('Waiting: All languages'), '');
    expect(edited.edits().size).toBe(0);
  });
});

describe('the customer’s form', () => {
  it('takes queues and fields, with choices and labels', () => {
    show(<WidgetSection />);
    choose(screen.getByLabelText('Add a queue …'), 'sales');
    fireEvent.click(screen.getByText('Add a field'));
    type(screen.getByLabelText('Name'), 'plan');
    type(screen.getByLabelText('Label: All languages'), 'Your plan');
    choose(screen.getByLabelText('Kind'), 'choice');
    type(screen.getByLabelText('Options, one a line'), 'gold\n silver \n');
    fireEvent.blur(screen.getByLabelText('Options, one a line'));
    fireEvent.click(screen.getByLabelText('Required'));
    expect(edited.get('widget')).toEqual({
      queues: ['sales'],
      fields: [
        {
          name: 'plan',
          label: 'Your plan',
          kind: 'choice',
          options: ['gold', 'silver'],
          required: true,
        },
      ],
    });
    screen.getByText('Your plan *');
    type(screen.getByLabelText('Label: All languages'), '');
    expect(edited.read(at('widget', 'fields', 0, 'label'))).toBe('');
  });
});

describe('a profile', () => {
  it('serves earlier what is moved up', () => {
    const rows = [
      { queue: 'sales', rank: 1 },
      { queue: 'billing', rank: 2, delay_s: 30 },
    ];
    edited.put([['profiles/first', rows]]);
    show(<ProfileForm id="first" place="profiles/first" />);
    fireEvent.click(screen.getByLabelText('Move up: Billing'));
    expect(edited.get('profiles/first')).toEqual([
      { queue: 'billing', rank: 1, delay_s: 30 },
      { queue: 'sales', rank: 2 },
    ]);
  });
});

describe('what cannot be drawn', () => {
  it('is said to be so, until it changes', () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => {});
    const Broken = () => {
      throw new Error('no list');
    };
    const { rerender } = render(
      <SectionBoundary of="a">
        <Broken />
      </SectionBoundary>,
    );
    screen.getByText('This cannot be shown');
    rerender(<SectionBoundary of="b">well</SectionBoundary>);
    screen.getByText('well');
    expect(told).toHaveBeenCalledTimes(1);
    told.mockRestore();
  });
});

describe('values in words', () => {
  it('are those of people, in their language', () => {
    const said = (path: string, value: unknown) => say.value(edited, [path], value);
    expect(said('offer_s', 600)).toBe('600 s (10 min)');
    expect(said('overflow', 'billing')).toBe('Billing');
    expect(said('skills', [{ skill: 'french', level: 5 }])).toBe('French ≥ 5');
    expect(said('selection', 'round_robin')).toBe('In turn');
    expect(said('rules', { if: 'true', queue: 'sales', priority: 5 })).toBe(
      'if true → Sales, priority 5',
    );
    chooseLanguage('de');
    expect(said('closed', true)).toBe('Ja');
    expect(said('relaxation', { after_s: 30, skill: 'french' })).toBe(
      'nach 30 s: French nicht verlangt',
    );
    expect(say.path(['policies', 'wrapup_s'])).toBe('Richtlinien › Nacharbeit');
  });
});
