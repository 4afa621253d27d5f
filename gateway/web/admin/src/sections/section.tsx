// The section that the address names.

import { useEffect } from 'preact/hooks';
import { Nothing } from '../frame/heading.tsx';
import { isTable } from '../model/place.ts';
import type { Route } from '../routes.ts';
import { words } from '../words/words.ts';
import { FileSection } from './file.tsx';
import { GeneralSection } from './general.tsx';
import { HistorySection } from './history.tsx';
import { NewerSection } from './newer.tsx';
import { OverviewSection } from './overview.tsx';
import { PoliciesSection } from './policies.tsx';
import { ReviewSection } from './review.tsx';
import { RulesSection } from './rules.tsx';
import { TableSection } from './table.tsx';
import { WidgetSection } from './widget.tsx';

export function SectionView({ route }: { route: Route | null }) {
  const { frame } = words.value;
  useEffect(() => {
    document.getElementById('content')?.scrollTo(0, 0);
  }, [route?.section]);
  if (!route) return <Nothing title={frame.notThere} more={frame.notThereMore} />;
  const { section, id } = route;
  if (isTable(section)) return <TableSection table={section} id={id} />;
  switch (section) {
    case 'overview':
      return <OverviewSection />;
    case 'general':
      return <GeneralSection />;
    case 'rules':
      return <RulesSection open={id} />;
    case 'policies':
      return <PoliciesSection />;
    case 'widget':
      return <WidgetSection />;
    case 'review':
      return <ReviewSection />;
    case 'newer':
      return <NewerSection />;
    case 'history':
      return <HistorySection version={id} />;
    case 'file':
      return <FileSection />;
  }
}
