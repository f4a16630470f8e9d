import type { IncomingMessage } from 'node:http';

/** The bytes of a request's body, or why they were refused. */
export type BodyRead =
  | { readonly kind: 'body'; readonly bytes: Buffer<ArrayBuffer> }
  | { readonly kind: 'refused'; readonly code: 'wrong-type' | 'too-large' };

/**
 * Reads a request's body of one media type and at most `limit` bytes. A larger declared length is refused unread. Rejects only
 * when the connection breaks. The server's requestTimeout limits the time.
 */
export async function readBody(
  req: IncomingMessage,
  { type, limit }: { readonly type: string; readonly limit: number },
): Promise<BodyRead> {
  if (mediaTypeOf(req) !== type) return { kind: 'refused', code: 'wrong-type' };
  if (Number(req.headers['content-length'] ?? 0) > limit) return { kind: 'refused', code: 'too-large' };
  // The rest is not destroyed, since the connection would end before the response.
  const bytes = await readUpTo(req, limit, { destroyRest: false });
  return bytes ? { kind: 'body', bytes } : { kind: 'refused', code: 'too-large' };
}

/** Reads a message to its end; undefined as soon as it has more than `limit` bytes. */
export async function readUpTo(
  message: IncomingMessage,
  limit: number,
  { destroyRest }: { readonly destroyRest: boolean },
): Promise<Buffer<ArrayBuffer> | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message.iterator({ destroyOnReturn: destroyRest }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The media type of a request, in lower case and without its parameters. */
const mediaTypeOf = (req: IncomingMessage): string | undefined =>
  req.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
