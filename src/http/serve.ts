import { createServer, type RequestListener, type Server } from 'node:http';
import type { Config } from '../config/config.js';
import { graceful, type GracefulStop } from './graceful.js';
import { serverLimits } from './limits.js';

/**
 * Listens at one of the addresses that the configuration names. Undefined where it is the one of its families that this machine
 * has not. @throws Error of node, such as EADDRINUSE
 */
export async function serve(
  host: string,
  { port, hosts }: Pick<Config, 'port' | 'hosts'>,
  onRequest: RequestListener,
): Promise<GracefulStop | undefined> {
  const server = createServer(serverLimits, onRequest);
  const stop = graceful(server);
  try {
    await listening(server, host, port);
  } catch (error) {
    // `localhost` is both families; a machine without IPv6 has the one.
    if (hosts.length > 1 && host.includes(':') && isUnavailable(error)) return undefined;
    throw error;
  }
  return stop;
}

const listening = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });

const isUnavailable = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT');
