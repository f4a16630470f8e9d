import type { IncomingMessage } from 'node:http';

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
  const type = req.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return refused('not-json');
  if (Number(req.headers['content-length'] ?? 0) > limit) return refused('too-large');
  const chunks: Buffer[] = [];
  let size = 0;
  // Left alone when we have enough, or the connection would end before the answer.
  for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) return refused('too-large');
    chunks.push(chunk);
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
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
