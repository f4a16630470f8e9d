import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { outgoing, OutgoingError, type OutgoingOptions } from '../../src/http/outgoing/outgoing.js';
import { readAddress } from '../../src/base/networks.js';
import { isPublic } from '../../src/http/outgoing/public-address.js';

/** The behaviour of the peer by path. */
const peer: Readonly<Record<string, RequestListener>> = {
  '/whole': (req, res) => {
    res.setHeader('content-type', 'text/plain').end(`${req.method ?? ''} ${req.headers.host ?? ''}`);
  },
  '/echo': (req, res) => {
    req.pipe(res);
  },
  '/inside': (_req, res) => {
    res.writeHead(302, { location: '/secret' }).end();
  },
  '/endless': (_req, res) => {
    const more = (): void => {
      while (res.write('x'.repeat(16_384)));
    };
    res.on('drain', more);
    more();
  },
  '/slow': (_req, res) => {
    res.write('x');
    const timer = setInterval(() => res.write('x'), 50);
    res.on('close', () => clearInterval(timer));
  },
  '/silent': () => undefined,
  '/huge-headers': (_req, res) => {
    res.writeHead(200, { big: 'x'.repeat(10_000) }).end('body');
  },
  '/cut': (_req, res) => {
    res.writeHead(200, { 'content-length': '100' });
    res.write('half');
    setTimeout(() => res.destroy(), 20);
  },
  '/gone': (_req, res) => {
    res.writeHead(204).end();
  },
};

let servers: readonly Server[];
let port: number;
let received: string[] = [];

beforeAll(async () => {
  const listener: RequestListener = (req, res) => {
    received.push(`${req.socket.localAddress ?? ''}${req.url ?? ''}`);
    peer[req.url ?? '']?.(req, res);
  };
  const listen = (host: string, at: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer(listener);
      server.once('error', reject);
      server.listen(at, host, () => resolve(server));
    });
  const first = await listen('127.0.0.1', 0);
  ({ port } = first.address() as AddressInfo);
  servers = [first, await listen('127.0.0.2', port)];
});

afterAll(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

/** The result of requesting a path from a host that resolves to these addresses. */
async function ask(
  url: string,
  { addresses = ['127.0.0.1'], ...options }: Partial<OutgoingOptions> & { readonly addresses?: readonly string[] } = {},
): Promise<string> {
  received = [];
  const fetch = outgoing({ allowed: [], resolve: () => Promise.resolve(addresses), timeoutMs: 400, ...options });
  try {
    const answer = await fetch(url.replace('PORT', String(port)));
    return `${answer.status} ${await answer.text()}`;
  } catch (error) {
    if (error instanceof OutgoingError) return error.code;
    throw error;
  }
}

const allowed = { allowed: ['peer.test'] };

describe('a request to the outside', () => {
  test('brings the whole answer of a host that is allowed by name, or by all of its addresses', async () => {
    expect(await ask('http://peer.test:PORT/whole', allowed)).toBe(`200 GET peer.test:${port}`);
    expect(await ask('http://peer.test:PORT/whole', { allowed: ['127.0.0.0/8'] })).toBe(`200 GET peer.test:${port}`);
    expect(await ask('http://127.0.0.1:PORT/whole', { allowed: ['127.0.0.1'] })).toBe(`200 GET 127.0.0.1:${port}`);
    expect(await ask('http://peer.test:PORT/gone', allowed)).toBe('204 ');
  });

  test('sends a body', async () => {
    const fetch = outgoing({ ...allowed, resolve: () => Promise.resolve(['127.0.0.1']) });
    const answer = await fetch(`http://peer.test:${port}/echo`, { method: 'POST', body: 'logout_token=x' });
    expect(await answer.text()).toBe('logout_token=x');
  });

  test.each([
    ['a name that leads inside', ['127.0.0.1']],
    ['a name of which one address leads inside', ['93.184.215.14', '127.0.0.1']],
    ['a name that leads inside through IPv6', ['::ffff:127.0.0.1']],
  ])('is refused for %s, and nothing is sent', async (_what, addresses) => {
    expect(await ask('https://peer.test:PORT/whole', { addresses })).toBe('refused');
    expect(await ask('http://peer.test:PORT/whole', { addresses })).toBe('refused');
    expect(received).toEqual([]);
  });

  test.each(['127.0.0.1', '0x7f.1', '2130706433', '[::1]', '[::ffff:7f00:1]', '0.0.0.0', '169.254.169.254'])(
    'is refused for %s, however it is written',
    async (host) => {
      expect(await ask(`https://${host}:PORT/whole`)).toBe('refused');
      expect(received).toEqual([]);
    },
  );

  test('is refused without TLS where nobody allowed that, and for what is no web address', async () => {
    expect(await ask('http://peer.test/', { addresses: ['93.184.215.14'] })).toBe('refused');
    expect(await ask('file://peer.test/etc/passwd', allowed)).toBe('refused');
    expect(await ask('http://me:word@peer.test:PORT/whole', allowed)).toBe('refused');
    expect(received).toEqual([]);
  });

  test('connects to the address that was checked, though the name means another one a moment later', async () => {
    let looked = 0;
    const resolve = (): Promise<readonly string[]> => Promise.resolve([looked++ === 0 ? '127.0.0.1' : '127.0.0.2']);
    expect(await ask('http://peer.test:PORT/whole', { allowed: ['127.0.0.1'], resolve })).toContain('200');
    expect(received).toEqual(['127.0.0.1/whole']);
    expect(looked).toBe(1);
  });

  test('follows no redirect', async () => {
    expect(await ask('http://peer.test:PORT/inside', allowed)).toBe('302 ');
    expect(received).toEqual(['127.0.0.1/inside']);
  });

  test.each([
    ['a body without end', '/endless', 'too-large'],
    ['a body that takes for ever', '/slow', 'too-slow'],
    ['no answer', '/silent', 'too-slow'],
    ['headers without measure', '/huge-headers', 'unreachable'],
    ['half of a body', '/cut', 'unreachable'],
  ])('ends at %s', async (_what, path, code) => {
    expect(await ask(`http://peer.test:PORT${path}`, allowed)).toBe(code);
  });

  test('closes the connection of a body without end as soon as it has enough', async () => {
    const closed = new Promise((resolve) => {
      servers[0]?.once('request', (_req, res: ServerResponse) => res.once('close', resolve));
    });
    expect(await ask('http://peer.test:PORT/endless', { ...allowed, timeoutMs: 30_000 })).toBe('too-large');
    await closed;
  }, 10_000);

  test('has as much time as its asker says, which may be more than others have', async () => {
    const resolve = (): Promise<string[]> => delay(50, ['127.0.0.1']);
    const fetch = outgoing({ ...allowed, resolve, timeoutMs: 1 });
    await expect(fetch(`http://peer.test:${port}/whole`)).rejects.toMatchObject({ code: 'too-slow' });
    expect((await fetch(`http://peer.test:${port}/whole`, { timeoutMs: 10_000 })).status).toBe(200);
  });

  test('ends when the name takes for ever, and when its asker no longer wants it', async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    expect(await ask('http://peer.test:PORT/whole', { ...allowed, resolve: never })).toBe('too-slow');
    const fetch = outgoing({ ...allowed, resolve: () => Promise.resolve(['127.0.0.1']) });
    const asking = fetch(`http://peer.test:${port}/silent`, { signal: AbortSignal.timeout(50) });
    await expect(asking).rejects.toMatchObject({ code: 'too-slow' });
  });

  test('takes no way round through a proxy that the environment names', async () => {
    process.env['HTTP_PROXY'] = process.env['http_proxy'] = `http://127.0.0.2:${port}`;
    try {
      expect(await ask('http://peer.test:PORT/whole', allowed)).toContain('200');
      expect(received).toEqual(['127.0.0.1/whole']);
    } finally {
      delete process.env['HTTP_PROXY'];
      delete process.env['http_proxy'];
    }
  });
});

test.each([
  ...['10.0.0.1', '172.16.0.1', '192.168.0.1', '127.0.0.1', '127.8.8.8', '0.0.0.0', '169.254.169.254', '100.64.0.1'],
  ...['100.100.100.200', '192.0.0.192', '198.18.0.1', '224.0.0.1', '255.255.255.255', '240.0.0.1', '168.63.129.16'],
  ...['::', '::1', '::7f00:1', '::ffff:10.0.0.1', 'fe80::1', 'fc00::1', 'fd00:ec2::254', 'fec0::1', 'ff02::1'],
  ...['64:ff9b::a00:1', '64:ff9b:1::a00:1', '2002:7f00:1::', '2001::1', '2001:db8::1', '5f00::1', '4000::1'],
])('%s is not of the public Internet', (address) => {
  const read = readAddress(address);
  expect(read && isPublic(read)).toBe(false);
});

test.each(['93.184.215.14', '8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'])(
  '%s is of the public Internet',
  (address) => {
    const read = readAddress(address);
    expect(read && isPublic(read)).toBe(true);
  },
);
