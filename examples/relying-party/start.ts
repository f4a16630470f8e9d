/** Starts the demo application and the API beside it, says where, and ends when told to. */
import './close-object-prototype.ts';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ordersApi } from '../api/orders-api.ts';
import { relyingParty } from './app.ts';
import { readSettings } from './settings.ts';

const limits = { maxHeaderSize: 16_384, headersTimeout: 10_000, requestTimeout: 20_000 };

/** Listens on this machine only, by both of its names. Port 0 is any free one. */
async function onLoopback(port: number, handlerAt: (origin: string) => RequestListener): Promise<string> {
  const first = createServer(limits);
  const bound = await listen(first, port, '127.0.0.1');
  const origin = `http://localhost:${bound}`;
  const second = createServer(limits);
  await listen(second, bound, '::1').catch((error: unknown) => {
    if (!isWithoutIpv6(error)) throw error;
  });
  const handler = handlerAt(origin);
  for (const server of [first, second]) {
    server.on('request', handler);
    servers.push(server);
  }
  return origin;
}

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });

const isWithoutIpv6 = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT');

const servers: Server[] = [];
const settings = readSettings(process.env);
const api = await onLoopback(settings.apiPort, () =>
  ordersApi(
    { issuer: settings.issuer, audience: settings.resource },
    settings.apiSecret === undefined ? undefined : { clientId: settings.apiClientId, clientSecret: settings.apiSecret },
  ),
);
const app = await onLoopback(settings.port, (origin) => relyingParty(settings, origin, api));
console.log(`Demo application: ${app}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const server of servers) {
      if (server.listening) server.close();
      server.closeAllConnections();
    }
  });
}
