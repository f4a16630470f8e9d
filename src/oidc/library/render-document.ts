import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Provider } from 'oidc-provider';
import { pathOf } from '../../pages/pages.js';

/** A document of the library that is the same for everybody. */
export interface LibraryDocument {
  readonly contentType: string;
  readonly body: string;
}

/** The part of a provider that {@link renderDocument} calls. */
export type Library = Pick<Provider, 'createContext' | 'middleware'>;

/**
 * Renders a document as the library answers it, without a request. The library's own middleware is the last one of its koa
 * application.
 *
 * @param path below the issuer's
 * @throws Error if the library does not answer 200 or sets a cookie, which would be the first caller's own
 */
export async function renderDocument(provider: Library, issuer: URL, path: string): Promise<LibraryDocument> {
  const req = new IncomingMessage(new Socket());
  req.method = 'GET';
  req.url = path;
  const protocol = issuer.protocol.slice(0, -1);
  req.headers = { host: issuer.host, 'x-forwarded-host': issuer.host, 'x-forwarded-proto': protocol };
  const res = new ServerResponse(req);
  // As koa does, so that a path without a document is noticed.
  res.statusCode = 404;
  const ctx = provider.createContext(req, res);
  ctx['mountPath'] = pathOf(issuer);
  await provider.middleware.at(-1)?.(ctx, async () => undefined);
  if (ctx.status !== 200 || ctx.res.hasHeader('Set-Cookie')) throw new Error(`The library does not publish ${path}.`);
  return { contentType: ctx.response.get('Content-Type'), body: JSON.stringify(ctx.body) };
}
