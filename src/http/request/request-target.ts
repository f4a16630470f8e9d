import type { IncomingMessage } from 'node:http';

/** The path of a request's target, as koa's `ctx.path`. */
export function requestPath({ url = '' }: IncomingMessage): string {
  // RFC 9112 3.2.2: a client of a proxy sends the whole address.
  if (!url.startsWith('/')) return URL.parse(url)?.pathname ?? upTo(url, /[?#]/);
  return upTo(url, /[?#]/);
}

function upTo(text: string, end: RegExp): string {
  const at = text.search(end);
  return at < 0 ? text : text.slice(0, at);
}
