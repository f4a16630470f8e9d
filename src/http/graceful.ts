import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Stops a server without dropping what it is answering. */
export interface GracefulStop {
  /**
   * Takes no new connection, ends idle ones, lets requests under way finish, and cuts off what has not finished within so
   * many milliseconds. Resolves when nothing is open any more, with whether everything finished by itself.
   */
  stop(withinMs: number): Promise<{ readonly finished: boolean }>;
}

/**
 * Watches a server from now on: its own closeIdleConnections spares a connection that has not asked for anything yet, and
 * browsers open such ones ahead.
 */
export function graceful(server: Server): GracefulStop {
  const answering = new Map<Socket, Set<ServerResponse>>();
  let stopping = false;

  server.on('connection', (socket: Socket) => {
    answering.set(socket, new Set());
    socket.once('close', () => answering.delete(socket));
  });
  server.on('request', ({ socket }, res) => {
    answering.get(socket)?.add(res);
    if (stopping) res.shouldKeepAlive = false;
    res.once('close', () => {
      answering.get(socket)?.delete(res);
      // Its headers may have promised to keep the connection before the stop began.
      if (stopping) endIfIdle(socket);
    });
  });
  const endIfIdle = (socket: Socket): void => {
    if (answering.get(socket)?.size === 0) socket.destroySoon();
  };

  return {
    stop(withinMs) {
      stopping = true;
      for (const [socket, under] of answering) {
        for (const res of under) res.shouldKeepAlive = false;
        endIfIdle(socket);
      }
      return new Promise((resolve) => {
        let finished = true;
        const cut = setTimeout(() => {
          finished = false;
          server.closeAllConnections();
        }, withinMs);
        server.close(() => {
          clearTimeout(cut);
          resolve({ finished });
        });
      });
    },
  };
}
