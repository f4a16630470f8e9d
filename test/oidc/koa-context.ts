/** A request that reached koa, without a connection. */
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import Koa, { type Context } from 'koa';
import { cookieSignatures } from '../../src/http/request/cookie-signatures.js';
import { pages } from '../../src/pages/pages.js';
import { settingsInput } from '../../src/realm/settings/settings-input.js';
import type { Settings } from '../../src/realm/settings/settings.js';

interface Received {
  readonly method?: string;
  readonly url?: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** The library's context, which exists once one of its routes has matched. */
  readonly oidc?: object;
}

const KEY = 'a key';
const app = Object.assign(new Koa(), { keys: cookieSignatures([KEY]) });

/** A cookie of the browser, signed by this key. */
export const signedCookie = (name: string, value: string, key = KEY): string =>
  `${name}=${value}; ${name}.sig=${cookieSignatures([key]).sign(`${name}=${value}`)}`;

/** The context of this request, with an answer that nobody reads. */
export function koaContext({ method = 'GET', url = '/', headers = {}, body, oidc }: Received = {}): Context {
  const req = Object.assign(new IncomingMessage(new Socket()), { method, url, headers, complete: true });
  if (body !== undefined) req.push(body);
  req.push(null);
  return Object.assign(app.createContext(req, new ServerResponse(req)), oidc && { oidc });
}

/** The same of a posted form. */
export const posted = (body: string | Buffer, about: Omit<Received, 'body'> = {}): Context =>
  koaContext({
    method: 'POST',
    ...about,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...about.headers },
    body,
  });

export const DEFAULT_SETTINGS = { ...settingsInput.parse({}), name: 'Acme' } as Settings;

/** The pages of a realm with default settings. */
export const realPages = pages(new URL('https://id.example.com'), () => DEFAULT_SETTINGS);
