// The sections, with what is found and what is changed in each.

import type { Severity } from '@baton/client';
import {
  BookOpen,
  Clock,
  FileJson,
  GitCompareArrows,
  GraduationCap,
  History,
  House,
  Inbox,
  type LucideIcon,
  MessageSquareText,
  Route as RouteIcon,
  Settings2,
  ShieldCheck,
  SlidersHorizontal,
  Users,
} from 'lucide-preact';
import { useEffect } from 'preact/hooks';
import { useEditor } from '../editing.ts';
import { Changed } from '../forms/frame.tsx';
import { placeOfFinding } from '../model/place.ts';
import { hrefOf, type Route, routeOf, type Section } from '../routes.ts';
import { words } from '../words/words.ts';
import { SEVERITIES } from './finding.tsx';
import { isMenuOpen } from './head.tsx';
import { Settings } from './settings.tsx';

const ICONS: Partial<Record<Section, LucideIcon>> = {
  overview: House,
  general: Settings2,
  queues: Inbox,
  skills: GraduationCap,
  agents: Users,
  profiles: BookOpen,
  hours: Clock,
  supervisors: ShieldCheck,
  rules: RouteIcon,
  policies: SlidersHorizontal,
  widget: MessageSquareText,
  review: GitCompareArrows,
  history: History,
  file: FileJson,
};

const GROUPS = [
  [null, ['overview']],
  ['routing', ['queues', 'rules', 'hours', 'policies']],
  ['people', ['agents', 'skills', 'profiles', 'supervisors']],
  ['setup', ['general', 'widget']],
  ['versions', ['review', 'history', 'file']],
] as const;

export function Navigation({ route }: { route: Route | null }) {
  const { frame } = words.value;
  useEffect(() => {
    // What was chosen in it is gone with it: on to the content.
    if (isMenuOpen.peek()) document.getElementById('content')?.focus();
    isMenuOpen.value = false;
  }, [route?.section]);
  const marks = useMarks();
  return (
    <nav
      id="sections"
      aria-label={frame.sections}
      class={`shrink-0 flex-col gap-4 overflow-y-auto border-r border-line bg-raised p-3 md:flex md:w-58 ${
        isMenuOpen.value ? 'flex w-full' : 'hidden'
      }`}
    >
      {GROUPS.map(([name, sections]) => (
        <div key={name}>
          {name && <h2 class="px-2.5 pb-1 text-sm font-medium text-quiet">{frame[name]}</h2>}
          <ul class="flex flex-col gap-0.5">
            {sections.map((section) => (
              <li key={section}>
                <Entry
                  section={section}
                  isHere={route?.section === section}
                  mark={marks.get(section)}
                />
              </li>
            ))}
          </ul>
        </div>
      ))}
      <div class="mt-auto md:hidden">
        <Settings />
      </div>
    </nav>
  );
}

interface Mark {
  count: number;
  severity: Severity | null;
  isChanged: boolean;
}

/** Findings and changes of each section. */
function useMarks(): Map<Section, Mark> {
  const { draft, check } = useEditor();
  const marks = new Map<Section, Mark>();
  const markOf = (section: Section): Mark => {
    const mark = marks.get(section) ?? { count: 0, severity: null, isChanged: false };
    marks.set(section, mark);
    return mark;
  };
  for (const { path, severity } of check.findings.value) {
    const mark = markOf(routeOf(placeOfFinding(path, (place) => draft.has(place))).section);
    mark.count++;
    // Errors come first.
    mark.severity ??= severity;
  }
  for (const place of draft.edits().keys()) markOf(routeOf(place).section).isChanged = true;
  return marks;
}

function Entry({
  section,
  isHere,
  mark,
}: {
  section: Section;
  isHere: boolean;
  mark: Mark | undefined;
}) {
  const Icon = ICONS[section] ?? House;
  const { sections, found } = words.value;
  return (
    <a
      href={hrefOf({ section })}
      aria-current={isHere ? 'page' : undefined}
      class={`flex min-h-9 items-center gap-2.5 rounded-lg px-2.5 max-md:min-h-11 ${
        isHere ? 'bg-accent-soft font-medium text-accent' : 'hover:bg-sunken'
      }`}
    >
      <Icon size={17} aria-hidden="true" class="shrink-0" />
      <span class="min-w-0 flex-1 truncate">{sections[section]}</span>
      {mark?.isChanged && <Changed />}
      {mark?.severity && (
        <span
          class={`rounded-md px-1.5 text-sm tabular-nums ${SEVERITIES[mark.severity].soft}`}
          title={`${mark.count} ${found.title}`}
        >
          {mark.count}
          <span class="sr-only"> {found.title}</span>
        </span>
      )}
    </a>
  );
}
