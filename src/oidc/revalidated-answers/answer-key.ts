import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { pathOf } from '../../pages/pages.js';

/** Bytes of a body that is read here. Longer ones are left to the endpoint. */
export const LONGEST_BODY = 16 * 1024;

/** The endpoints, by their path below the issuer's, and their methods. */
const ENDPOINTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['/me', ['GET', 'POST']],
  ['/token/introspection', ['POST']],
]);

/** The headers on which no answer depends. Every other header is part of the key, known or not. */
const IRRELEVANT: ReadonlySet<string> = new Set([
  'baggage',
  'connection',
  'content-length',
  'traceparent',
  'tracestate',
  'user-agent',
  'x-correlation-id',
  // The client's address, which is only logged.
  'x-forwarded-for',
  'x-request-id',
]);

/** The part of a request that its answer depends on, besides the body. */
type RequestHead = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

/** A request whose answer may be given again. */
export interface RepeatableRequest {
  readonly hasBody: boolean;
}

/**
 * Recognizes the requests whose answer may be given again. They go to one of these endpoints, without a query or a proof of possession.
 * They do not come from a page of another origin.
 */
export function repeatableRequests(issuer: URL): (req: RequestHead) => RepeatableRequest | undefined {
  const base = pathOf(issuer);
  const endpoints = new Map([...ENDPOINTS].map(([path, methods]) => [`${base}${path}`, methods]));
  return ({ url = '', method = '', headers }) => {
    if (endpoints.get(url)?.includes(method) !== true) return undefined;
    if (headers['dpop'] !== undefined || headers.origin !== undefined) return undefined;
    const length = headers['content-length'];
    if (headers['transfer-encoding'] !== undefined || headers.expect !== undefined) return undefined;
    if (method === 'GET') return length === undefined ? { hasBody: false } : undefined;
    return length !== undefined && Number(length) <= LONGEST_BODY ? { hasBody: true } : undefined;
  };
}

/**
 * The key under which the answer to a request is remembered: a MAC over the request. It contains tokens and secrets, so they are no keys
 * in the clear, and a request with another secret has another key.
 */
export function answerKeys(secret = randomBytes(32)): (req: RequestHead, body: Buffer | undefined) => string {
  const macKey = createSecretKey(secret);
  return ({ method, url, headers }, body) => {
    // No header contains a line break, so each request has its own text.
    let text = `${method ?? ''} ${url ?? ''}\n`;
    for (const name in headers) {
      if (!IRRELEVANT.has(name)) text += `${name}:${String(headers[name])}\n`;
    }
    const mac = createHmac('sha256', macKey).update(`${text}\n`);
    if (body) mac.update(body);
    return mac.digest('base64url');
  };
}
