// A stranger's site for tests: a page with the widget's tag, what was built, and a way through to
// a real Baton under the site's own name, which the test can cut, and which balances gateways.

import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type ShopLook, shop, type Wish } from './shop.ts';

const DIST = new URL('../dist/', import.meta.url);

export interface Site {
  url: string;
  /** A page with the tag's attributes; the rest of it is a stranger's. */
  page(attributes: string, lang?: string, look?: ShopLook): string;
  /** Nothing comes through for so long, and what is connected is cut. `Infinity` until told. */
  outage(ms: number): void;
  /** What comes from now on goes to the first of these gateways that is there, as balancers have
   * it; what is connected stays. */
  to(...gateways: string[]): void;
  /** Of what is connected, nothing that Baton says comes through any more. */
  mute(): void;
  close(): Promise<void>;
}

export async function site(baton: string): Promise<Site> {
  let gateways = [baton];
  const sockets = new Set<Socket>();
  /** What stops Baton's words on a connection. */
  const mutes = new Set<() => void>();
  let deadUntil = 0;
  const isDead = () => Date.now() < deadUntil;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    return socket;
  };

  const server: Server = createServer(async (asked, answer) => {
    const url = new URL(asked.url ?? '/', 'http://site');
    if (url.pathname.startsWith('/v1/')) {
      const way = isDead() ? null : await reach(gateways);
      if (!way || isDead()) return void asked.socket.destroy();
      const { method } = asked;
      const headers = { ...asked.headers, connection: 'close' };
      const createConnection = () => keep(way);
      const onwards = request(
        { createConnection, path: asked.url, method, headers },
        (response) => {
          answer.writeHead(response.statusCode ?? 502, response.headers);
          response.on('error', () => answer.destroy()).pipe(answer);
        },
      );
      onwards.on('error', () => answer.destroy());
      return void asked.pipe(onwards);
    }
    const built = await builtAt(url.pathname);
    const wish = Object.fromEntries(url.searchParams) as unknown as Wish;
    const page = built ?? (url.pathname === '/' ? { body: shop(wish), type: 'html' } : null);
    answer.writeHead(page ? 200 : 404, {
      'content-type': TYPES[page?.type ?? 'html'],
      'content-security-policy': built ? PAGES_POLICY : STRANGER_POLICY,
    });
    answer.end(page?.body);
  });
  server.on('upgrade', async (asked: IncomingMessage, socket: Socket) => {
    keep(socket);
    const onwards = isDead() ? null : await reach(gateways);
    if (!onwards || isDead()) return void socket.destroy();
    keep(onwards);
    const lines = [`GET ${asked.url} HTTP/1.1`];
    for (let at = 0; at < asked.rawHeaders.length; at += 2) {
      lines.push(`${asked.rawHeaders[at]}: ${asked.rawHeaders[at + 1]}`);
    }
    onwards.write(`${lines.join('\r\n')}\r\n\r\n`);
    socket.pipe(onwards).pipe(socket);
    const mute = () => onwards.unpipe(socket).resume();
    mutes.add(mute);
    socket.on('close', () => {
      mutes.delete(mute);
      onwards.destroy();
    });
    // Also where it ends without a word.
    onwards.on('close', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    page: (attributes, lang = 'en', look = 'loud') =>
      `${url}/?${new URLSearchParams({ attributes, lang, look })}`,
    outage(ms) {
      deadUntil = Date.now() + ms;
      for (const socket of sockets) socket.destroy();
    },
    to(...those) {
      gateways = those;
    },
    mute() {
      for (const mute of mutes) mute();
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A way to the first gateway that takes one. */
async function reach(gateways: readonly string[]): Promise<Socket | null> {
  for (const gateway of gateways) {
    const { hostname, port } = new URL(gateway);
    const way = connect(Number(port), hostname);
    const isThere = new Promise<boolean>((resolve) => {
      way.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    if (await isThere) return way;
  }
  return null;
}

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  woff2: 'font/woff2',
  svg: 'image/svg+xml',
};
/** What the gateway is to say of the pages, and what a careful stranger says of theirs. */
const PAGES_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; " +
  "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const STRANGER_POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'";

/** What was built, as the gateway is to serve it. */
async function builtAt(path: string): Promise<{ body: Buffer; type: string } | null> {
  const isPage = /^\/(start|desk|board|admin)$/.test(path);
  const isFile = /^\/(assets\/[\w.-]+|widget[\w.]*\.js)$/.test(path);
  if (!isPage && !isFile) return null;
  const file = isPage ? `.${path}/index.html` : `.${path}`;
  const body = await readFile(new URL(file, DIST)).catch(() => null);
  return body && { body, type: file.split('.').at(-1) ?? '' };
}
