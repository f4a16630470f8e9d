import type { Server, ServerResponse } from 'node:http';

/** Stops a server without dropping what it is answering. */
export interface GracefulStop {
  /**
   * Takes no new connection, ends idle ones, lets requests under way finish, and cuts off what has not finished within so
   * many milliseconds. Resolves when nothing is open any more, with whether everything finished by itself.
   */
  stop(withinMs: number): Promise<{ readonly finished: boolean }>;
}

/** Watches a server from now on. */
export function graceful(server: Server): GracefulStop {
  const answering = new Set<ServerResponse>();
  let stopping = false;
  server.on('request', (_req, res) => {
    answering.add(res);
    if (stopping) res.shouldKeepAlive = false;
    res.once('close', () => {
      answering.delete(res);
      // Its headers may have promised to keep the connection before the stop began; it is idle from the next tick on.
      if (stopping) setImmediate(() => server.closeIdleConnections());
    });
  });
  return {
    stop(withinMs) {
      stopping = true;
      // Else a connection that is busy now would be kept alive, idle, after its answer.
      for (const res of answering) res.shouldKeepAlive = false;
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
        server.closeIdleConnections();
      });
    },
  };
}
