/**
 * Determines the real client behind the proxies. Runs on the raw request before any framework, and leaves exactly one
 * X-Forwarded-For, -Proto and -Host, all ours, so that every later reader gets the true values.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type IpAddress, addressesIn, readAddress } from '../../base/networks.js';

/** Whether an address is one of our proxies. */
export type TrustedProxies = (address: IpAddress) => boolean;

/** @throws RangeError as {@link addressesIn} does */
export const trustedProxies = (list: readonly string[]): TrustedProxies => addressesIn(list);

// On the request itself, like its id.
const CLIENT = Symbol('client address');
interface ReadMessage extends IncomingMessage {
  [CLIENT]?: string | undefined;
}

/** The address that {@link readForwarded} determined; that of the connection's peer without it. */
export const clientAddressOf = (req: ReadMessage): string => req[CLIENT] ?? req.socket.remoteAddress ?? '';

/**
 * Accepts forwarded headers from trusted proxies only, and writes the result back into the request. Koa (with `proxy = true`)
 * and oidc-provider then read the client's address, protocol and host from there.
 */
export function readForwarded(req: ReadMessage, trusted: TrustedProxies): void {
  const peer = peerOf(req.socket);
  const believed = peer !== undefined && trusted(peer);
  const chain = believed ? list(req.headers['x-forwarded-for']) : [];
  const address = peer && rightMostUntrusted(peer, chain, trusted);
  req[CLIENT] = address?.toString();
  const ownProtocol = (req.socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http';
  // The left-most of several values is the browser's. A forged one has no effect, because the host check compares it.
  const protocol = (believed && list(req.headers['x-forwarded-proto'])[0]?.toLowerCase()) || ownProtocol;
  const host = (believed && list(req.headers['x-forwarded-host'])[0]) || req.headers.host;

  for (const name of Object.keys(req.headers)) {
    if (name.startsWith('x-forwarded-') || name === 'forwarded' || name === 'x-real-ip')
      Reflect.deleteProperty(req.headers, name);
  }
  if (req[CLIENT] !== undefined) req.headers['x-forwarded-for'] = req[CLIENT];
  req.headers['x-forwarded-proto'] = protocol === 'https' ? 'https' : 'http';
  if (host !== undefined) {
    req.headers['x-forwarded-host'] = host;
    req.headers.host = host;
  }
}

// On the connection itself, whose peer never changes: read once for all of its requests.
const PEER = Symbol('peer address');
interface PeerSocket extends Socket {
  [PEER]?: { readonly address: IpAddress | undefined };
}

/** The address of the connection's peer. */
function peerOf(socket: PeerSocket): IpAddress | undefined {
  const known = socket[PEER];
  if (known) return known.address;
  const address = parse(socket.remoteAddress);
  socket[PEER] = { address };
  return address;
}

/** Each proxy appends its peer: from the right, the first address that is not one of our proxies is the client. */
function rightMostUntrusted(peer: IpAddress, chain: readonly string[], trusted: TrustedProxies): IpAddress {
  let client = peer;
  for (const entry of chain.toReversed()) {
    if (!trusted(client)) break;
    const address = parse(entry);
    if (!address) break; // the rest cannot be known; the last known address stands for all
    client = address;
  }
  return client;
}

/** Some proxies write a port: `192.0.2.7:4711`, `[2001:db8::1]:4711`. IPv4 mapped into IPv6 is IPv4. */
function parse(text: string | undefined): IpAddress | undefined {
  if (text === undefined) return undefined;
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  return readAddress(bare);
}

const list = (header: string | string[] | undefined): string[] =>
  (typeof header === 'string' ? header : (header ?? []).join(','))
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
