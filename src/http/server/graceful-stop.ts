import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Stops a server without dropping responses in progress. */
export interface GracefulStop {
  /**
   * Accepts no new connection, closes each one after its next response or when idle, and lets requests in progress finish. Cuts
   * off what has not finished within this many milliseconds. Resolves when nothing is open any more, with whether everything
   * finished by itself.
   *
   * @param closed resolves when no process accepts connections at the port any more, if this server shares it
   */
  stop(withinMs: number, closed?: () => Promise<unknown>): Promise<{ readonly finished: boolean }>;
}

/** In milliseconds: a client that received a response just before the stop sends its next request within this time. */
const IDLE_FOR = 250;

interface Open {
  readonly answering: Set<ServerResponse>;
  /** The bytes received when it was last idle: more bytes mean that a request has begun. */
  idleAt: number;
}

/**
 * Watches a server from now on. The server's own closeIdleConnections spares connections without a first request, which
 * browsers open in advance. It also ends a connection whose request has arrived but was not read yet.
 */
export function graceful(server: Server): GracefulStop {
  const connections = new Map<Socket, Open>();
  let closing = false;
  let endingIdle = false;

  server.on('connection', (socket: Socket) => {
    connections.set(socket, { answering: new Set(), idleAt: 0 });
    socket.once('close', () => connections.delete(socket));
  });
  // Before the server's own listener, which may answer at once.
  server.prependListener('request', ({ socket }, res) => {
    connections.get(socket)?.answering.add(res);
    if (closing) res.shouldKeepAlive = false;
    res.once('close', () => {
      const open = connections.get(socket);
      if (!open) return;
      open.answering.delete(res);
      open.idleAt = socket.bytesRead;
      // Its headers may have promised keep-alive before the stop began.
      if (endingIdle) endIfIdle(socket, open);
    });
  });
  const endIfIdle = (socket: Socket, { answering, idleAt }: Open): void => {
    if (answering.size === 0 && socket.bytesRead === idleAt) socket.destroySoon();
  };
  const endIdle = (): void => {
    endingIdle = true;
    for (const [socket, open] of connections) endIfIdle(socket, open);
  };

  return {
    stop(withinMs, closed) {
      // Node's own `close` ends connections that it considers idle; this one only stops listening.
      const end = Promise.withResolvers<{ readonly finished: boolean }>();
      let finished = true;
      const cut = setTimeout(() => {
        finished = false;
        server.closeAllConnections();
      }, withinMs);
      const endConnections = (): void => {
        closing = true;
        for (const { answering } of connections.values()) for (const res of answering) res.shouldKeepAlive = false;
        setTimeout(endIdle, Math.min(IDLE_FOR, withinMs)).unref();
      };
      // First no new connection is accepted, then the existing ones end: a client that reconnects while the server still
      // listens could otherwise be lost. In `setImmediate`, waiting connections have just been accepted.
      setImmediate(() => {
        server.closeIdleConnections = () => undefined;
        server.close(() => {
          clearTimeout(cut);
          end.resolve({ finished });
        });
        if (closed) void closed().then(endConnections);
        else endConnections();
      });
      return end.promise;
    },
  };
}
