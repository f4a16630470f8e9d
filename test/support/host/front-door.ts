/**
 * The load balancer in front of several servers of one Gatehouse. It sends each request to the next server in turn, so that
 * state held by one server alone shows up at once. A test can also select one server.
 */
import { Agent, createServer, request } from 'node:http';
import { once } from 'node:events';

export interface FrontDoor {
  /** Where requests go from now on: a server by its place, or each in turn. */
  to(server: number | 'each'): void;
  close(): Promise<void>;
}

export async function frontDoor(port: number, servers: readonly number[]): Promise<FrontDoor> {
  let chosen: number | 'each' = 'each';
  let turn = 0;
  const agent = new Agent({ keepAlive: true });
  const door = createServer((req, res) => {
    const server = servers[chosen === 'each' ? turn++ % servers.length : chosen];
    const onward = request(
      { agent, host: '127.0.0.1', port: server, method: req.method, path: req.url, headers: req.headers },
      (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(res);
      },
    );
    onward.on('error', () => res.destroy());
    req.pipe(onward);
  });
  door.listen({ port, host: 'localhost' });
  await once(door, 'listening');
  return {
    to(server) {
      chosen = server;
    },
    async close() {
      door.close();
      door.closeAllConnections();
      agent.destroy();
      await once(door, 'close');
    },
  };
}
