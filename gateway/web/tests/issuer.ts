// A sign-in service that the test plays (OpenID Connect): a page to sign in at, codes, and ID tokens
// for who can show what the code was asked with.

import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Issuer {
  url: string;
  /** What a gateway reads about it. */
  file: string;
  /** Who signs in there next, and as what; nobody: they turn back. */
  next(who: { sub: string; role?: string } | null): void;
  close(): void;
}

const LIFE_S = 60;

export async function issuer(): Promise<Issuer> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...publicKey.export({ format: 'jwk' }), kid: '1', use: 'sig', alg: 'RS256' };
  const codes = new Map<string, { wish: URLSearchParams; who: object }>();
  let who: object | null = null;

  const authorize = (wish: URLSearchParams, answer: ServerResponse) => {
    const back = new URL(wish.get('redirect_uri') ?? '');
    back.searchParams.set('state', wish.get('state') ?? '');
    if (who) {
      const code = randomUUID();
      codes.set(code, { wish, who });
      back.searchParams.set('code', code);
    } else {
      back.searchParams.set('error', 'access_denied');
    }
    answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    answer.end(
      `<!doctype html><title>Sign in</title><a href="${back.href.replaceAll('&', '&amp;')}">Continue</a>`,
    );
  };

  const redeem = async (asked: IncomingMessage, answer: ServerResponse) => {
    let text = '';
    for await (const part of asked) text += part;
    const form = new URLSearchParams(text);
    const given = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isSame = (name: string) => form.get(name) === given?.wish.get(name);
    if (
      !given ||
      given.wish.get('code_challenge') !== challenge ||
      !isSame('redirect_uri') ||
      !isSame('client_id')
    ) {
      answer.writeHead(400, { 'content-type': 'application/json' });
      return void answer.end('{"error":"invalid_grant"}');
    }
    const iat = Math.floor(Date.now() / 1000);
    const nonce = given.wish.get('nonce');
    const claims = { iss: url, aud: 'baton', iat, exp: iat + LIFE_S, nonce, ...given.who };
    answer.setHeader('content-type', 'application/json');
    answer.end(JSON.stringify({ token_type: 'Bearer', id_token: signed(claims) }));
  };

  const signed = (claims: object) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part({ alg: 'RS256', kid: '1', typ: 'JWT' })}.${part(claims)}`;
    return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
  };

  const server = createServer((asked, answer) => {
    const { pathname, searchParams } = new URL(asked.url ?? '/', 'http://issuer');
    if (pathname === '/authorize') return authorize(searchParams, answer);
    if (pathname === '/token') return void redeem(asked, answer);
    answer.setHeader('content-type', 'application/json');
    if (pathname === '/keys') return void answer.end(JSON.stringify({ keys: [key] }));
    answer.end(
      JSON.stringify({
        issuer: url,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/keys`,
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const folder = mkdtempSync(join(tmpdir(), 'baton-issuer-'));
  const file = join(folder, 'oidc.toml');
  writeFileSync(file, `issuer = "${url}"\nclient_id = "baton"\n`);
  return {
    url,
    file,
    next(someone) {
      who = someone;
    },
    close() {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
