import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fieldsOf } from '../../http/request/form.js';
import { requestIdOf } from '../../http/request/request-id.js';
import { requestPath, requestQuery } from '../../http/request/request-target.js';
import { securityHeaderList } from '../../http/security-headers.js';
import type { EarlyHandler } from '../../http/server/early-handlers.js';
import { pathOf } from '../../pages/pages.js';
import { JWKS_MAX_AGE_SECONDS } from '../../realm/keys/key-lifecycle.js';
import { type Library, type LibraryDocument, renderDocument } from '../library/render-document.js';
import { JWKS, pathBelow, PUBLISHED } from './published-paths.js';

/** A document with everything of its response that does not depend on the request. */
interface PublishedDocument {
  /** Below the issuer's. */
  readonly path: string;
  readonly body: Buffer;
  readonly etag: string;
  readonly cache: readonly string[];
  readonly content: readonly string[];
}

/**
 * Answers GET and HEAD of the metadata and the public keys with bytes that are rendered once. They depend only on the provider,
 * and new keys or settings mean a new provider. Other methods, preflights and malformed queries are left to the application.
 */
export function publishedDocuments(provider: Library, issuer: URL): EarlyHandler {
  const base = pathOf(issuer);
  const security = securityHeaderList(issuer).flat();
  const pathOfDocument = new Map<string, string>(
    PUBLISHED.flatMap((path) => [`${base}${path}`, `${path}${base}`].map((asked) => [asked, path] as const)).filter(
      ([asked, path]) => pathBelow(base, asked) === path,
    ),
  );
  let documents: ReadonlyMap<string, PublishedDocument> | undefined;
  const rendering = Promise.all(
    PUBLISHED.map(async (path) => published(path, await renderDocument(provider, issuer, path))),
  );
  const rendered = rendering.then((all) => {
    documents = new Map(all.map((document) => [document.path, document]));
    return documents;
  });
  // Each request that waits for it hears of a failure.
  rendered.catch(() => undefined);

  return (req, res) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') return false;
    const path = pathOfDocument.get(requestPath(req));
    if (path === undefined || !fieldsOf(requestQuery(req))) return false;
    const answerFrom = (from: ReadonlyMap<string, PublishedDocument>): boolean => {
      const document = from.get(path);
      if (!document) return false;
      answer(document, security, req, res);
      return true;
    };
    return documents ? answerFrom(documents) : rendered.then(answerFrom);
  };
}

function published(path: string, { contentType, body: text }: LibraryDocument): PublishedDocument {
  const body = Buffer.from(text);
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  const cache = path === JWKS ? ['Cache-Control', `public, max-age=${JWKS_MAX_AGE_SECONDS}`] : [];
  return { path, body, etag, cache, content: ['Content-Type', contentType, 'Content-Length', String(body.length)] };
}

function answer(
  { path, body, etag, cache, content }: PublishedDocument,
  security: readonly string[],
  req: IncomingMessage,
  res: ServerResponse,
): void {
  // As koa's routes do, so that the access log has the path below the issuer's.
  req.url = path;
  const isKnown = names(req.headers['if-none-match'], etag);
  res.writeHead(isKnown ? 304 : 200, [
    ...['X-Request-Id', requestIdOf(req), ...security],
    // Open to the pages of every origin, as the library does it.
    ...['Vary', 'Origin', 'Access-Control-Allow-Origin', originOf(req)],
    ...(isKnown ? [] : content),
    ...cache,
    ...['ETag', etag],
    // The response is sent before the whole request has arrived, and the rest is not read.
    ...(hasBody(req) ? ['Connection', 'close'] : []),
  ]);
  if (isKnown || req.method === 'HEAD') res.end();
  else res.end(body);
}

/** RFC 9110 13.1.2: whether the condition names this entity tag; the comparison is weak. */
const names = (condition: string | undefined, etag: string): boolean =>
  condition !== undefined &&
  (condition === '*' || condition.split(',').some((each) => each.trim().replace(/^W\//, '') === etag));

function originOf({ headers: { origin } }: IncomingMessage): string {
  return origin === undefined || origin === '' ? '*' : origin;
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
