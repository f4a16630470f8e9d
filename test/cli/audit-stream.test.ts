import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { auditRecords } from '../../src/audit/audit-record.js';
import { readHead } from '../../src/audit/chain/chain-head.js';
import { cursorOf } from '../../src/audit/streams/stream-cursor.js';
import { signatureOf } from '../../src/audit/streams/webhook-request.js';
import type { JsonObject } from '../../src/base/json.js';
import { readStreamCommand, stream } from '../../src/cli/audit/stream.js';
import { stores } from '../flows/flow-host.js';
import { freePort } from '../support/host/free-port.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { commandsAt } from './in-process.js';

const pause = (): Promise<void> => new Promise((later) => setTimeout(later, 50));

const by = { kind: 'user', id: 'u1', requestId: 'r1', address: '192.0.2.7', agent: 'Firefox' } as const;

describe.each(stores)('gatehouse audit stream, on %s,', (store) => {
  const host = useInProcessHost({ store, env: { GATEHOUSE_OUTGOING_ALLOWED: '127.0.0.1' } });
  const command = (...argv: readonly string[]) => commandsAt(host.env).command('audit', ...argv);
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  /** Records so many sign-ins; returns the sequence of the last link of the chain, once they are all in it. */
  async function recorded(count: number): Promise<number> {
    for (let i = 0; i < count; i++) await host.parts.audit.record({ kind: 'sign-in', by, outcome: 'success' });
    const { realm } = host.parts;
    while ((await realm.of(auditRecords).count('pending', { pending: true }, 1)) > 0) await pause();
    return (await readHead(realm)).sequence;
  }
  let last: number;
  beforeAll(async () => {
    last = await recorded(5);
  });

  async function listening(server: Server, on = 0): Promise<number> {
    await new Promise<void>((ready) => server.listen(on, '127.0.0.1', ready));
    ends.push(() => server.close());
    return (server.address() as AddressInfo).port;
  }
  /** A receiver of syslog over TCP, which reads each connection to its end. */
  async function collector(
    make: (take: (socket: Socket) => void) => Server = createServer,
    on = 0,
  ): Promise<{ readonly port: number; readonly messages: string[] }> {
    const messages: string[] = [];
    const take = (socket: Socket): void => {
      socket.on('error', () => undefined);
      void text(socket).then(
        (all) => void messages.push(...unframed(all)),
        () => undefined,
      );
    };
    return { port: await listening(make(take), on), messages };
  }
  const sequences = (lines: readonly string[]) =>
    lines.map((line) => (JSON.parse(line.slice(line.indexOf('{'))) as JsonObject)['sequence']);
  const upTo = (end: number, from = 1) => Array.from({ length: end - from + 1 }, (_, i) => from + i);

  test('prints the trail, one JSON object a line, in the order of the chain', async () => {
    const { code, out } = await command('stream');
    expect(code).toBe(0);
    expect(sequences(out)).toEqual(upTo(last));
    const own = out.map((line) => JSON.parse(line) as JsonObject).filter(({ kind }) => kind === 'sign-in');
    expect(own).toHaveLength(5);
    expect(own[0]).toMatchObject({ outcome: 'success', actor: { kind: 'user', id: 'u1', address: '192.0.2.7' } });
  });

  test('prints from a number on, only some kinds, and no personal data, if asked to', async () => {
    expect(sequences((await command('stream', '--from', '3')).out)).toEqual(upTo(last, 3));
    const { out } = await command('stream', '--kinds', 'settings.*,sign-in', '--without-personal');
    expect(new Set(out.map((line) => (JSON.parse(line) as JsonObject)['kind']))).toContain('sign-in');
    expect(out.join('')).not.toMatch(/192\.0\.2\.7|Firefox|user\.created/);
    expect((await command('stream', '--from', 'now')).out).toEqual([]);
  });

  test('sends RFC 5424 to syslog over TCP, each message after its length', async () => {
    const { port, messages } = await collector();
    const { code, err } = await command('stream', '--to', `syslog://127.0.0.1:${port}`);
    expect([code, err]).toEqual([0, []]);
    expect(sequences(messages)).toEqual(upTo(last));
    const signIn = messages.find((message) => message.includes(' sign-in '));
    expect(signIn).toMatch(
      /^<110>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z localhost gatehouse - sign-in \[meta sequenceId="\d+"\] \{.*\}$/,
    );
  });

  test('continues under its name after what the receiver has, which may have been away', async () => {
    const { port, messages } = await collector();
    const to = ['--name', 'siem', '--to', `syslog://127.0.0.1:${port}`] as const;
    expect((await command('stream', ...to)).code).toBe(0);
    const later = await recorded(2);
    const away = await command('stream', '--name', 'siem', '--to', 'syslog://127.0.0.1:1');
    expect(away.code).toBe(1);
    expect(away.err.join()).toContain(`127.0.0.1:1 did not take the records after ${last}: connect ECONNREFUSED`);
    expect((await command('stream', ...to)).code).toBe(0);
    expect(sequences(messages)).toEqual(upTo(later));
    last = later;
    await command('stream', ...to, '--from', 'start');
    expect(messages).toHaveLength(2 * later);
  });

  test('sends again what a receiver did not read to its end', async () => {
    const breaking = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.resetAndDestroy());
    });
    const port = await listening(breaking);
    const broken = await command('stream', '--name', 'torn', '--to', `syslog://127.0.0.1:${port}`);
    expect(broken.code).toBe(1);
    expect(await cursorOf(host.parts.realm, 'torn')).toBe(0);
    const { port: whole, messages } = await collector();
    await command('stream', '--name', 'torn', '--to', `syslog://127.0.0.1:${whole}`);
    expect(sequences(messages)).toEqual(upTo(last));
  });

  test('sends over TLS to a receiver whose certificate it can check, and to no other', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-syslog-'));
    ends.push(() => rm(folder, { recursive: true, force: true }));
    const [cert, key] = await certificate(folder);
    const { port, messages } = await collector((take) => createTlsServer({ cert, key }, take));
    const to = `syslog+tls://127.0.0.1:${port}`;
    const unknown = await command('stream', '--to', to);
    expect([unknown.code, messages]).toEqual([1, []]);
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, cert]);
    ends.push(() => setDefaultCACertificates(before));
    expect(await command('stream', '--to', to)).toMatchObject({ code: 0, err: [] });
    expect(sequences(messages)).toEqual(upTo(last));
  });

  test('sends datagrams to syslog over UDP', async () => {
    const socket = createSocket('udp4');
    const messages: string[] = [];
    socket.on('message', (message) => void messages.push(message.toString()));
    await new Promise<void>((ready) => socket.bind(0, '127.0.0.1', ready));
    ends.push(() => socket.close());
    await command('stream', '--to', `syslog+udp://127.0.0.1:${socket.address().port}`, '--from', String(last));
    while (messages.length === 0) await pause();
    expect(sequences(messages)).toEqual([last]);
  });

  test('sends signed requests to a webhook, whose secret it prints', async () => {
    const requests: { readonly body: string; readonly signed: boolean }[] = [];
    const secret = (await command('webhook-secret', 'hook')).out.join('');
    const server = createHttpServer((req, res) => {
      void text(req).then((body) => {
        const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = req.headers;
        requests.push({ body, signed: signatureOf(secret, `${String(id)}.${String(at)}.${body}`) === signature });
        res.writeHead(204).end();
      });
    });
    const port = await listening(server);
    const to = ['--to', `http://127.0.0.1:${port}/audit`] as const;
    expect((await command('stream', ...to)).err.join()).toContain('A webhook needs --name NAME');
    expect(await command('stream', ...to, '--name', 'hook')).toMatchObject({ code: 0, err: [] });
    expect(requests.every(({ signed }) => signed)).toBe(true);
    expect(requests.flatMap(({ body }) => body.match(/"sequence":/g) ?? [])).toHaveLength(last);
  });

  test('follows the chain until it is told to end', async () => {
    const { port, messages } = await collector();
    const ending = new AbortController();
    ends.push(() => ending.abort());
    const lines: string[] = [];
    const follow = (to: number) =>
      readStreamCommand(['--follow', '--name', 'following', '--from', 'now', '--to', `syslog://127.0.0.1:${to}`]);
    const out = { line: (line: string) => void lines.push(line) };
    const running = stream(follow(port), host.parts, out, ending.signal);
    while ((await cursorOf(host.parts.realm, 'following')) === undefined) await pause();
    const from = last + 1;
    last = await recorded(3);
    while (messages.length < 3) await pause();
    expect(sequences(messages).slice(0, 3)).toEqual(upTo(from + 2, from));
    ending.abort();
    await running;
    expect(await cursorOf(host.parts.realm, 'following')).toBe(last);
    expect(lines).toEqual([]);
  });

  test('waits for a receiver that is away, and sends everything once it is back', async () => {
    const port = await freePort();
    const ending = new AbortController();
    ends.push(() => ending.abort());
    const lines: string[] = [];
    const args = ['--follow', '--name', 'waiting', '--to', `syslog://127.0.0.1:${port}`];
    const out = { line: (line: string) => void lines.push(line) };
    const running = stream(readStreamCommand(args), host.parts, out, ending.signal);
    while (lines.length === 0) await pause();
    expect(lines[0]).toMatch(/did not take the records after 0: connect ECONNREFUSED .*\. Trying again in 1 s\.$/);
    const { messages } = await collector(createServer, port);
    while (messages.length < last) await pause();
    ending.abort();
    await running;
    expect(sequences(messages)).toEqual(upTo(last));
  });

  test('lets only one process send under a name, and none under that of a webhook of the settings', async () => {
    const ending = new AbortController();
    ends.push(() => ending.abort());
    const out = { line: () => undefined };
    const first = stream(readStreamCommand(['--follow', '--name', 'once']), host.parts, out, ending.signal);
    while ((await cursorOf(host.parts.realm, 'once')) === undefined) await pause();
    let isDone = false;
    const second = command('stream', '--name', 'once').finally(() => (isDone = true));
    for (let pauses = 0; pauses < 30; pauses++) await pause();
    expect(isDone).toBe(false);
    ending.abort();
    await first;
    expect(await second).toMatchObject({ code: 0, out: [] });

    const { version, id: _id, since: _since, ...settings } = await host.parts.settings.get();
    const url = 'https://siem.example.org/';
    const streams = [{ name: 'hooked', url, personal: true, from: 'now', secretVersion: 1 } as const];
    const operator = { kind: 'host', id: 'test', requestId: 'r2' } as const;
    expect(
      await host.parts.settings.save(operator, { ...settings, audit: { ...settings.audit, streams } }, version),
    ).toMatchObject({ ok: true });
    const refused = await command('stream', '--name', 'hooked');
    expect([refused.code, refused.err.join()]).toEqual([1, expect.stringContaining('is a webhook of the settings')]);
  });

  test.each([
    [['--from', 'yesterday'], '--from takes'],
    [['--from', '0'], '--from takes'],
    [['--name', 'No Good'], '--name takes'],
    [['--to', 'ftp://example.org'], '--to takes'],
    [['--to', 'syslog://'], '--to takes'],
    [['--to', 'syslog://user@example.org'], '--to takes'],
  ])('says what is wrong with %j', async (args, sentence) => {
    const { code, err } = await command('stream', ...args);
    expect([code, err.join()]).toEqual([2, expect.stringContaining(sentence)]);
  });
});

/** The messages of a connection, by their octet counts. */
function unframed(all: string): string[] {
  const bytes = Buffer.from(all);
  const messages: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const blank = bytes.indexOf(' ', at);
    const length = Number(bytes.toString('latin1', at, blank));
    messages.push(bytes.toString('utf8', blank + 1, blank + 1 + length));
    at = blank + 1 + length;
  }
  return messages;
}

async function certificate(folder: string): Promise<readonly [string, string]> {
  const [file, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  const wanted = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj /CN=localhost';
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1'];
  await promisify(execFile)('openssl', ['req', ...wanted.split(' '), ...names, '-keyout', key, '-out', file]);
  return [await readFile(file, 'utf8'), await readFile(key, 'utf8')];
}
