import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Html } from './html.ts';

/** On every answer. Signing out posts a form whose answer leads to the provider, so form-action names it. */
export const securityHeaders = (issuer: string): Readonly<Record<string, string>> => ({
  'Content-Security-Policy':
    `default-src 'none'; style-src 'self'; img-src data:; form-action 'self' ${new URL(issuer).origin}; ` +
    `frame-ancestors 'none'; base-uri 'none'`,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer', // the callback's address holds a code
  'Cache-Control': 'no-store',
});

export function sendPage(res: ServerResponse, status: number, page: Html): void {
  res.statusCode = status;
  res.setHeader('Content-Type', 'text/html; charset=utf-8');
  res.end(page.text);
}

export function redirect(res: ServerResponse, to: string): void {
  res.statusCode = 303;
  res.setHeader('Location', to);
  res.end();
}

export const cookies = (req: IncomingMessage): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    (req.headers.cookie ?? '').split(';').map((pair) => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
    }),
  );

/**
 * Lax: it must come along when the provider sends the browser back. Served over https, which this demo is not, it would be
 * called `__Host-...` and be Secure.
 */
export function setCookie(res: ServerResponse, name: string, value: string): void {
  res.appendHeader('Set-Cookie', `${name}=${value}; Path=/; HttpOnly; SameSite=Lax`);
}

/** A small form, or nothing when it is too large or is none. */
export async function readForm(req: IncomingMessage): Promise<URLSearchParams | undefined> {
  if (req.headers['content-type']?.split(';')[0] !== 'application/x-www-form-urlencoded') return undefined;
  let body = '';
  for await (const chunk of req.setEncoding('utf8') as AsyncIterable<string>) {
    body += chunk;
    if (body.length > 4096) return undefined;
  }
  return new URLSearchParams(body);
}
