// The few things that are needed of the document. Text goes in as text nodes alone: nothing that
// anybody wrote is ever read as markup.

type Child = Node | string | null | undefined | false;
type Props = Record<string, string | number | boolean | null | undefined | EventListener>;

/** An element. Functions become listeners, `true` an empty attribute; nothing else is special. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
}

/** Sets or takes away an attribute, or adds a listener. */
export function set(element: Element, name: string, value: Props[string]): void {
  if (typeof value === 'function') element.addEventListener(name, value);
  else if (value == null || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}

/** Changes a text only if it is another: who reads aloud would say it again. */
export function write(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** What has the focus, in the tree that this is in. */
export function active(element: Node): Element | null {
  return (element.getRootNode() as ShadowRoot).activeElement ?? null;
}

/** A drawing of one path, in the colour of the text around it. */
export function icon(path: string): SVGElement {
  const name = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(name, 'svg');
  const line = document.createElementNS(name, 'path');
  set(svg, 'viewBox', '0 0 24 24');
  set(svg, 'aria-hidden', 'true');
  set(line, 'd', path);
  svg.append(line);
  return svg;
}

export const ICONS = {
  chat: 'M21 12a8 8 0 0 1-11.6 7.1L4 21l1.9-5.4A8 8 0 1 1 21 12Z',
  close: 'M6 9l6 6 6-6',
  send: 'M4 12l16-8-6 16-3-6-7-2Z',
};
