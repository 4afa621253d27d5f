// Strangers' pages that carry the widget: one whose own look is loud, to show that it does not reach
// the widget, and one as shops are, for pictures.

export type ShopLook = 'loud' | 'calm';

export interface Wish {
  /** The tag's attributes. */
  attributes: string;
  lang: string;
  look: ShopLook;
}

const LOUD = `* { font: 30px serif !important; text-transform: uppercase; letter-spacing: 4px }
  button { background: lime !important } p { color: red }`;

const CALM = `:root { color-scheme: light dark; font: 16px/1.5 Georgia, serif }
  body { margin: 0; background: light-dark(#faf7f2, #191714); color: light-dark(#2b2620, #ece5da) }
  header { padding: 20px 24px; border-bottom: 1px solid light-dark(#e2dacd, #38332c) }
  main { max-width: 1040px; margin: auto; padding: 32px 24px }
  h1 { font-size: 22px; margin: 0 } h2 { font-weight: normal; font-size: 30px; margin: 0 0 24px }
  ul { list-style: none; padding: 0; display: grid; gap: 24px;
    grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)) }
  div { height: 190px; border-radius: 6px; margin-bottom: 8px }
  li:nth-child(3n + 1) div { background: linear-gradient(135deg, #c9b79c, #8d7350) }
  li:nth-child(3n + 2) div { background: linear-gradient(135deg, #9fb3a8, #4f6f62) }
  li:nth-child(3n) div { background: linear-gradient(135deg, #b9a3b5, #6d5069) }`;

const GOODS = {
  en: ['Chairs and lamps', 'Oak chair', 'Reading lamp', 'Side table', 'Stool', 'Shelf', 'Bench'],
  de: ['Stühle und Lampen', 'Eichenstuhl', 'Leselampe', 'Beistelltisch', 'Hocker', 'Regal', 'Bank'],
};

export function shop({ attributes, lang, look }: Wish): string {
  const [title, ...goods] = lang === 'de' ? GOODS.de : GOODS.en;
  const things = goods.map((name) => `<li><div></div>${name}</li>`).join('');
  const content =
    look === 'calm'
      ? `<header><h1>Nordlicht</h1></header><main><h2>${title}</h2><ul>${things}</ul></main>`
      : '<main><h1>A shop</h1><p>Things to buy.</p></main>';
  return `<!doctype html><html lang="${lang}"><head>
    <meta name="viewport" content="width=device-width,initial-scale=1"><title>A shop</title>
    <style>${look === 'calm' ? CALM : LOUD}</style>
    </head><body>${content}
    <script src="/widget.js" ${attributes} async></script></body></html>`;
}
