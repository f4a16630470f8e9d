/**
 * The only way out: every request that Gatehouse sends to a configured or supplied address.
 *
 * Resolves the host once, checks all of its addresses, and connects to no other. Neither a name that resolves to an internal
 * address nor one that changes can make it contact hosts that only this machine can reach. Follows no redirect, uses no proxy,
 * and limits time, headers and body. No other module opens a connection to the outside.
 */
import { lookup as lookUp } from 'node:dns/promises';
import { Agent as PlainAgent, type ClientRequest, type IncomingMessage, request as requestPlain } from 'node:http';
import { Agent as SecureAgent, request as requestSecure } from 'node:https';
import { isIP } from 'node:net';
import { type IpAddress, addressesIn, isNetwork, readAddress } from '../../base/networks.js';
import { readUpTo } from '../request/read-body.js';
import { isPublic } from './public-address.js';

export interface OutgoingOptions {
  /** Hosts, addresses and CIDR ranges that may be contacted although they are not public; also by plain http. */
  readonly allowed: readonly string[];
  /** All addresses of a host; the system's own by default. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** The time limit for the complete response, unless a request has its own. */
  readonly timeoutMs?: number;
  readonly maxBodyBytes?: number;
}

export interface OutgoingRequest {
  readonly method?: string;
  readonly headers?: HeadersInit;
  readonly body?: string;
  /** Ends it sooner. */
  readonly signal?: AbortSignal | null;
  /** The time limit for the complete response, instead of the common one. */
  readonly timeoutMs?: number;
}

/**
 * Sends one request and returns the complete response, whatever its status; a redirect is returned and not followed.
 *
 * @throws OutgoingError if it was refused, or no complete response arrived
 */
export type Outgoing = (url: string | URL, request?: OutgoingRequest) => Promise<Response>;

export class OutgoingError extends Error {
  override readonly name = 'OutgoingError';
  /** `refused`: never sent; a retry changes nothing. */
  readonly code: 'refused' | 'unreachable' | 'too-slow' | 'too-large';

  constructor(code: OutgoingError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const MOST_HEADER_BYTES = 8192;

/** @throws RangeError if an allowed entry is no host, address or range */
export function outgoing(options: OutgoingOptions): Outgoing {
  const { allowed, resolve = systemResolver, timeoutMs: usualMs = 5000, maxBodyBytes = 256 * 1024 } = options;
  const isHost = (entry: string): boolean => !entry.includes('/') && !isNetwork(entry);
  const allowedAddress = addressesIn(allowed.filter((entry) => !isHost(entry)));
  const allowedHosts = new Set(allowed.filter(isHost).map((host) => host.toLowerCase()));

  /** Every address of the host, all of them checked. */
  async function addressesOf({ protocol, hostname, host }: URL): Promise<readonly string[]> {
    const bare = hostname.replace(/^\[(.*)\]$/, '$1');
    const texts = isIP(bare) ? [bare] : await resolve(bare);
    if (texts.length === 0) throw new OutgoingError('unreachable', `${hostname} has no address.`);
    const addresses = texts.map(addressOf);
    const named = allowedHosts.has(hostname) || addresses.every(allowedAddress);
    if (!named && !addresses.every((address) => isPublic(address) || allowedAddress(address))) {
      throw new OutgoingError('refused', `${host} leads to an address that is not public. ${HOW_TO_ALLOW}`);
    }
    if (protocol !== 'https:' && !(named && protocol === 'http:')) {
      throw new OutgoingError('refused', `${host} would be asked without TLS. ${HOW_TO_ALLOW}`);
    }
    return texts;
  }

  return async (url, { method = 'GET', headers, body, signal, timeoutMs = usualMs } = {}) => {
    const target = new URL(url);
    if (target.username || target.password) {
      throw new OutgoingError('refused', `The address at ${target.host} has a user or password in it.`);
    }
    const ended = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
    try {
      const addresses = await orEnded(addressesOf(target), ended);
      const sent = send(target, addresses, { method, headers: new Headers(headers), signal: ended });
      return await answerTo(sent, body, maxBodyBytes);
    } catch (error) {
      if (error instanceof OutgoingError) throw error;
      if (ended.aborted) throw new OutgoingError('too-slow', `${target.host} took too long.`, { cause: error });
      throw new OutgoingError('unreachable', `${target.host} gave no whole answer.`, { cause: error });
    }
  };
}

const HOW_TO_ALLOW = 'If it is one of yours, name it in GATEHOUSE_OUTGOING_ALLOWED.';

/** As the rest of the system resolves it, including /etc/hosts. */
async function systemResolver(host: string): Promise<readonly string[]> {
  return (await lookUp(host, { all: true })).map(({ address }) => address);
}

/** The system's resolver can't be stopped, only abandoned. */
async function orEnded<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(new Error('It was ended.', { cause: signal.reason }));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

interface Sending {
  readonly method: string;
  readonly headers: Headers;
  readonly signal: AbortSignal;
}

function send(url: URL, addresses: readonly string[], { method, headers, signal }: Sending): ClientRequest {
  const checked = addresses.map((address) => ({ address, family: isIP(address) }));
  const secure = url.protocol === 'https:';
  // A connection of its own: a kept one may lead to the host's previous address. No proxy, whatever the environment says.
  const agent = new (secure ? SecureAgent : PlainAgent)({ keepAlive: false, maxTotalSockets: 1 });
  return (secure ? requestSecure : requestPlain)(url, {
    agent,
    method,
    headers: { ...Object.fromEntries(headers), 'accept-encoding': 'identity' },
    maxHeaderSize: MOST_HEADER_BYTES,
    signal,
    lookup: (_host, how, found) => {
      const [first] = checked;
      if (how.all) found(null, checked);
      else if (first) found(null, first.address, first.family);
    },
  });
}

function answerTo(request: ClientRequest, body: string | undefined, most: number): Promise<Response> {
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (message) => {
      readWhole(message, most).then((whole) => resolve(responseOf(message, whole)), reject);
    });
    request.end(body);
  });
}

async function readWhole(message: IncomingMessage, most: number): Promise<Buffer<ArrayBuffer>> {
  const whole = await readUpTo(message, most, { destroyRest: true });
  if (!whole) throw new OutgoingError('too-large', `The answer has more than ${most} bytes.`);
  return whole;
}

/** Statuses that a response with a body can't have. */
const WITHOUT_BODY = new Set([101, 204, 205, 304]);

function responseOf({ statusCode = 500, headersDistinct }: IncomingMessage, body: Buffer<ArrayBuffer>): Response {
  const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  return new Response(WITHOUT_BODY.has(statusCode) ? null : body, { status: statusCode, headers });
}

/** A resolver's answer. Text that is no address leads nowhere. */
function addressOf(text: string): IpAddress {
  const address = readAddress(text);
  if (!address) throw new OutgoingError('unreachable', `${JSON.stringify(text)} is no address.`);
  return address;
}
