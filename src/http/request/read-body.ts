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

// On the request itself, like its id.
const READ = Symbol('body that was read');
interface MessageWithBody extends IncomingMessage {
  [READ]?: Buffer<ArrayBuffer>;
}

/** Lets everybody who reads this request's body later have these bytes, which were all of it. */
export function rememberBody(req: MessageWithBody, bytes: Buffer<ArrayBuffer>): void {
  req[READ] = bytes;
}

/**
 * Reads a message to its end; undefined as soon as it has more than `limit` bytes. Rejects when the connection breaks first.
 *
 * It listens to the events itself: an async iterator costs more than the rest of reading a form.
 */
export function readUpTo(
  message: MessageWithBody,
  limit: number,
  { destroyRest }: { readonly destroyRest: boolean },
): Promise<Buffer<ArrayBuffer> | undefined> {
  const before = message[READ];
  if (before) return Promise.resolve(before.length > limit ? undefined : before);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit) {
        message.pause();
        if (destroyRest) message.destroy();
        settle(() => resolve(undefined));
      } else chunks.push(chunk);
    };
    const onEnd = (): void => settle(() => resolve(Buffer.concat(chunks)));
    const onError = (error: Error): void => settle(() => reject(error));
    const onClose = (): void => settle(() => reject(cutOff()));
    const settle = (how: () => void): void => {
      message.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
      how();
    };
    if (message.readableEnded) resolve(Buffer.concat(chunks));
    else if (message.destroyed) reject(message.errored ?? cutOff());
    else message.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  });
}

/** Named as Node does it. */
const cutOff = (): Error =>
  Object.assign(new Error('The connection closed before the whole message had arrived.'), {
    code: 'ERR_STREAM_PREMATURE_CLOSE',
  });

/** The media type of a request, in lower case and without its parameters. */
const mediaTypeOf = (req: IncomingMessage): string | undefined =>
  req.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
