// The board's beginning: what was chosen and who was signed in before, then the page.

import { render } from 'preact';
import { restoreAccount } from '../../shared/src/account.ts';
import { restoreLanguage } from '../../shared/src/language.ts';
import { takeSignInKey } from '../../shared/src/sign-in-key.ts';
import { comeBack } from '../../shared/src/sign-in-service.ts';
import { restoreTheme } from '../../shared/src/theme.ts';
import { PageBoundary } from '../../shared/src/ui/boundary.tsx';
import './board.css';
import { Page } from './page.tsx';
import { words } from './words/words.ts';

takeSignInKey();
restoreTheme();
restoreLanguage();
restoreAccount();
void comeBack();
render(
  <PageBoundary kept={() => words.value.kept}>
    <Page />
  </PageBoundary>,
  document.getElementById('page') as HTMLElement,
);
