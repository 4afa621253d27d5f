// The script of the tag: reads what the page wants, and mounts the widget once the page is there.

import { optionsOf, type WidgetOptions } from './options.ts';
import { type Widget, widget } from './widget.ts';

declare global {
  interface Window {
    /** What the page wants, before; what it can do, after. */
    batonWidget?: Partial<WidgetOptions> | Widget;
  }
}

const script = document.currentScript as HTMLScriptElement;
const mount = async () => {
  const given = (window.batonWidget ?? {}) as Partial<WidgetOptions>;
  window.batonWidget = await widget(optionsOf(script, given));
};
if (document.body) mount();
else addEventListener('DOMContentLoaded', mount);
