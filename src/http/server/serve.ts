import { createServer, type RequestListener, type Server } from 'node:http';
import type { Config } from '../../config/config.js';
import { graceful, type GracefulStop } from './graceful-stop.js';
import { serverLimits } from './limits.js';

/** Listens at every configured address, or at none. Returns how to stop each. @throws as {@link serve} */
export async function serveAll(
  config: Pick<Config, 'port' | 'hosts'>,
  onRequest: RequestListener,
): Promise<readonly GracefulStop[]> {
  const begun = await Promise.allSettled(config.hosts.map((host) => serve(host, config, onRequest)));
  const servers = begun.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : []));
  const failed = begun.find((one) => one.status === 'rejected');
  if (!failed) return servers;
  // With one address family alone, half of the users could not reach the server, and the process could not end.
  await Promise.all(servers.map((server) => server.stop(0)));
  throw failed.reason;
}

/**
 * Listens at one of the configured addresses. Undefined if this machine lacks its address family. @throws Error of Node, such
 * as EADDRINUSE
 */
async function serve(
  host: string,
  { port, hosts }: Pick<Config, 'port' | 'hosts'>,
  onRequest: RequestListener,
): Promise<GracefulStop | undefined> {
  const server = createServer(serverLimits, onRequest);
  const stop = graceful(server);
  try {
    await listening(server, host, port);
  } catch (error) {
    // `localhost` covers both families; a machine without IPv6 has only one.
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
