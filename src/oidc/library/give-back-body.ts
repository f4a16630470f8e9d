import type { IncomingMessage } from 'node:http';

/** Lets the library read a body again that was read before it. It reads the request as a stream, by these two members. */
export function giveBackBody(req: IncomingMessage, body: Buffer): void {
  Object.defineProperties(req, {
    readable: { value: true },
    // A stream of its own would cost more than what is done with the bytes.
    iterator: { value: () => chunksOf(body) },
  });
}

async function* chunksOf(body: Buffer): AsyncGenerator<Buffer> {
  if (body.length > 0) yield body;
}
