import type { IncomingMessage } from 'node:http';

/** The path of a request's target, as koa's `ctx.path`. */
export function requestPath({ url = '' }: IncomingMessage): string {
  // RFC 9112 3.2.2: a client of a proxy sends the whole address.
  if (!url.startsWith('/')) return URL.parse(url)?.pathname ?? upTo(url, /[?#]/);
  return upTo(url, /[?#]/);
}

/** The query of a request's target without its question mark, as koa's `ctx.querystring`. */
export function requestQuery({ url = '' }: IncomingMessage): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : upTo(url.slice(start + 1), /#/);
}

function upTo(text: string, end: RegExp): string {
  const at = text.search(end);
  return at < 0 ? text : text.slice(0, at);
}
