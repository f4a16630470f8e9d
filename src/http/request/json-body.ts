import type { IncomingMessage } from 'node:http';
import { readBody } from './read-body.js';

/** A posted JSON body, or why it was refused. */
export type JsonBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly code: 'not-json' | 'too-large' };

/** No valid request nests deeper. */
const DEEPEST = 16;

/**
 * Reads a JSON body of at most `limit` bytes, in UTF-8, with limited nesting. Rejects only when the connection breaks. The
 * server's requestTimeout limits the time.
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

/** The depth of nested brackets outside strings, determined before anything is parsed. */
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
