import type { IncomingMessage } from 'node:http';
import { readBody } from './read-body.js';

/** A posted JSON body, or why it was refused. */
export type JsonBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly code: 'not-json' | 'too-large' };

/** Deeper is nothing that anybody asks for. */
const DEEPEST = 16;

/**
 * Reads a JSON body of at most `limit` bytes, in UTF-8, that nests no deeper than what any request needs. Rejects only when the
 * connection breaks. How long it may take is the server's requestTimeout.
 */
export async function readJsonBody(req: IncomingMessage, limit: number): Promise<JsonBody> {
  const body = await readBody(req, { type: 'application/json', limit });
  if (body.kind === 'refused') return refused(body.code === 'too-large' ? body.code : 'not-json');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body.bytes);
    if (depthOf(text) > DEEPEST) return refused('not-json');
    return { kind: 'json', value: JSON.parse(text) as unknown };
  } catch {
    return refused('not-json');
  }
}

/** How deep brackets nest, those within strings left out: told before anything is built of it. */
function depthOf(text: string): number {
  let [depth, deepest, inString] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (inString && sign === '\\') at++;
    else if (sign === '"') inString = !inString;
    else if (!inString && (sign === '[' || sign === '{')) deepest = Math.max(deepest, ++depth);
    else if (!inString && (sign === ']' || sign === '}')) depth--;
  }
  return deepest;
}

const refused = (code: 'not-json' | 'too-large'): JsonBody => ({ kind: 'refused', code });
