import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Stops a server without dropping what it is answering. */
export interface GracefulStop {
  /**
   * Takes no new connection, closes each after its next answer and those that stay idle, lets requests under way finish, and cuts off what
   * has not finished within so many milliseconds. Resolves when nothing is open any more, with whether everything finished by itself.
   */
  stop(withinMs: number): Promise<{ readonly finished: boolean }>;
}

/** In milliseconds: a client that was answered just before the stop sends its next request within it. */
const IDLE_FOR = 50;

interface Open {
  readonly answering: Set<ServerResponse>;
  /** How much it had sent when it was last idle: whoever has sent more since has begun a request. */
  idleAt: number;
}

/**
 * Watches a server from now on: its own closeIdleConnections spares a connection that has not asked for anything yet, and
 * browsers open such ones ahead. It also ends a connection whose request has arrived and was not read yet.
 */
export function graceful(server: Server): GracefulStop {
  const connections = new Map<Socket, Open>();
  let closing = false;
  let endingIdle = false;

  server.on('connection', (socket: Socket) => {
    connections.set(socket, { answering: new Set(), idleAt: 0 });
    socket.once('close', () => connections.delete(socket));
  });
  server.on('request', ({ socket }, res) => {
    connections.get(socket)?.answering.add(res);
    if (closing) res.shouldKeepAlive = false;
    res.once('close', () => {
      const open = connections.get(socket);
      if (!open) return;
      open.answering.delete(res);
      open.idleAt = socket.bytesRead;
      // Its headers may have promised to keep the connection before the stop began.
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
    stop(withinMs) {
      // Node's own `close` ends what it takes for idle; this one only stops listening.
      const end = Promise.withResolvers<{ readonly finished: boolean }>();
      let finished = true;
      const cut = setTimeout(() => {
        finished = false;
        server.closeAllConnections();
      }, withinMs);
      // First nobody can connect any more, then the connections that there are come to an end: whoever was told to connect anew, while
      // somebody still listens, could be left between the two. In `setImmediate`, what waited to be accepted has just been.
      setImmediate(() => {
        server.closeIdleConnections = () => undefined;
        server.close(() => {
          clearTimeout(cut);
          end.resolve({ finished });
        });
        closing = true;
        for (const { answering } of connections.values()) for (const res of answering) res.shouldKeepAlive = false;
        setTimeout(endIdle, Math.min(IDLE_FOR, withinMs)).unref();
      });
      return end.promise;
    },
  };
}
