import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** Lets the library read a body again that was read before it. It reads the request as a stream, by these two members. */
export function giveBackBody(req: IncomingMessage, body: Buffer): void {
  Object.defineProperties(req, {
    readable: { value: true },
    iterator: { value: () => Readable.from(body.length > 0 ? [body] : []) },
  });
}
