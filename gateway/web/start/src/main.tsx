// The start page's beginning: the page, then the widget as on anybody's site.

import { render } from 'preact';
import { restoreLanguage } from '../../shared/src/language.ts';
import { takeSignInKey } from '../../shared/src/sign-in-key.ts';
import { restoreTheme } from '../../shared/src/theme.ts';
import './start.css';
import { Page } from './page.tsx';

takeSignInKey();
restoreTheme();
restoreLanguage();
render(<Page />, document.getElementById('page') as HTMLElement);

const script = document.createElement('script');
script.src = '/widget.js';
document.body.append(script);
