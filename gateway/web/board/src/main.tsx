// The board's beginning: what was chosen and who was signed in before, then the page.

import { render } from 'preact';
import { restoreAccount } from '../../shared/src/account.ts';
import { restoreLanguage } from '../../shared/src/language.ts';
import { takeSignInKey } from '../../shared/src/sign-in-key.ts';
import { restoreTheme } from '../../shared/src/theme.ts';
import './board.css';
import { Page } from './page.tsx';

takeSignInKey();
restoreTheme();
restoreLanguage();
restoreAccount();
render(<Page />, document.getElementById('page') as HTMLElement);
