// The start page's beginning: the page, then the widget as on anybody's site.

import { render } from 'preact';
import { restoreLanguage } from '../../shared/src/language.ts';
import { restoreTheme } from '../../shared/src/theme.ts';
import './start.css';
import { Page } from './page.tsx';

restoreTheme();
restoreLanguage();
render(<Page />, document.getElementById('page') as HTMLElement);

const script = document.createElement('script');
script.src = '/widget.js';
document.body.append(script);
