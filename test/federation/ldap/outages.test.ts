import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { atTime } from '../../support/at-time.js';
import { freePort } from '../../support/host/free-port.js';
import { startOddLdap } from '../../support/odd-ldap.js';
import { PASSWORD, PEOPLE, person, type Slapd, startSlapd } from '../../support/slapd.js';
import { connectorTo, type TestConnector } from './connector.js';

const SHORT = { connectTimeout: 400, timeout: 400 };
const ALICE = `uid=alice,${PEOPLE}`;

let first: Slapd;
let second: Slapd;
const connectors: TestConnector[] = [];

const connector = (servers: readonly string[], changes: Parameters<typeof connectorTo>[1] = {}): TestConnector => {
  const made = connectorTo(servers, { ...changes, connection: { ...SHORT, ...changes.connection } });
  connectors.push(made);
  return made;
};

beforeAll(async () => {
  const data = { entries: person('alice') };
  [first, second] = await Promise.all([startSlapd(data), startSlapd(data)]);
});

afterEach(async () => {
  await Promise.all(connectors.splice(0).map((made) => made.close()));
});

afterAll(() => Promise.all([first.stop(), second.stop()]));

const elapsed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

const bindsOfAlice = async (slapd: Slapd): Promise<number> =>
  (await slapd.operations()).filter((line) => line.startsWith(`BIND dn="${ALICE}" method`)).length;

describe('a directory that was killed', () => {
  test('is an outage, and works by itself when it is back', async () => {
    const one = connector([first.url]);
    expect(await one.signIn('alice', PASSWORD)).toMatchObject({ kind: 'ok' });
    await first.kill();
    expect(await one.signIn('alice', PASSWORD)).toEqual({ kind: 'unavailable', reason: 'connect-refused' });
    expect(await one.lookup('11111111-2222-3333-4444-555555555555')).toMatchObject({ kind: 'unavailable' });
    expect(one.health()).toMatchObject({ state: 'failing', lastFailure: 'connect-refused' });
    await first.restart();
    expect(await one.signIn('alice', PASSWORD)).toMatchObject({ kind: 'ok' });
    expect(one.health()).toMatchObject({ state: 'ok' });
  });

  test('and came back between two sign-ins is not noticed: idle connections are not trusted', async () => {
    const one = connector([first.url]);
    await one.signIn('alice', PASSWORD);
    await first.restart();
    expect(await one.signIn('alice', PASSWORD)).toMatchObject({ kind: 'ok' });
  });

  test('before the first sign-in works when it is back', async () => {
    await first.kill();
    const one = connector([first.url]);
    expect(await one.signIn('alice', PASSWORD)).toMatchObject({ kind: 'unavailable' });
    await first.restart();
    expect(await one.signIn('alice', PASSWORD)).toMatchObject({ kind: 'ok' });
  });

  test('is replaced by the next server', async () => {
    const both = connector([first.url, second.url]);
    await first.kill();
    expect(await both.signIn('alice', PASSWORD)).toMatchObject({ kind: 'ok' });
    expect(both.events).toEqual([{ reason: 'connect-refused', details: { server: first.url } }]);
    await first.restart();
  });
});

describe('a directory that hangs', () => {
  afterEach(() => first.resume());

  test('is an outage within the time that the settings give it', async () => {
    const one = connector([first.url]);
    await one.signIn('alice', PASSWORD);
    first.pause();
    const spent = await elapsed(async () => {
      expect(await one.signIn('alice', PASSWORD)).toEqual({ kind: 'unavailable', reason: 'timeout' });
    });
    expect(spent).toBeGreaterThan(350);
    expect(spent).toBeLessThan(5000);
  });

  test('is an outage during the TLS handshake too, of ldaps and of StartTLS', async () => {
    first.pause();
    for (const [url, startTls] of [
      [first.secureUrl, false],
      [first.url, true],
    ] as const) {
      const one = connector([url], { connection: { ca: first.ca, startTls } });
      expect(await one.signIn('alice', PASSWORD)).toMatchObject({
        kind: 'unavailable',
        reason: expect.stringMatching(/^(?:connect-)?timeout$/),
      });
    }
  });

  test('is replaced by the next server', async () => {
    first.pause();
    expect(await connector([first.url, second.url]).signIn('alice', PASSWORD)).toMatchObject({ kind: 'ok' });
  });

  test('rests after three failures, is tried once after a second, and is used again as soon as it answers', async () => {
    const one = connector([first.url]);
    first.pause();
    for (let failures = 0; failures < 3; failures++) await one.signIn('alice', PASSWORD);
    const resting = { kind: 'unavailable', reason: 'servers-resting' };
    const spent = await elapsed(async () => expect(await one.signIn('alice', PASSWORD)).toEqual(resting));
    expect(spent).toBeLessThan(300);
    await atTime(Date.now() + 2000, async () => {
      const outcomes = await Promise.all([1, 2, 3].map(() => one.signIn('alice', PASSWORD)));
      expect(outcomes.filter(({ kind }) => kind === 'unavailable')).toHaveLength(3);
      expect(outcomes).toContainEqual({ kind: 'unavailable', reason: 'timeout' });
      expect(outcomes.filter((outcome) => 'reason' in outcome && outcome.reason === 'timeout')).toHaveLength(1);
    });
    first.resume();
    // The rest after a failed probe is twice as long.
    await atTime(Date.now() + 3500, async () => expect(await one.signIn('alice', PASSWORD)).toEqual(resting));
    await atTime(Date.now() + 6000, async () =>
      expect(await one.signIn('alice', PASSWORD)).toMatchObject({ kind: 'ok' }),
    );
  });

  test('has a bounded number of people waiting: of a thousand at once, most are told at once', async () => {
    const one = connector([first.url], { connection: { poolSize: 4 } });
    first.pause();
    const outcomes = Array.from({ length: 1000 }, () => one.signIn('alice', PASSWORD));
    let instantly = 0;
    for (const outcome of outcomes) void outcome.then(() => instantly++);
    await new Promise((resolve) => setTimeout(resolve, 50));
    // 4 are under way and 256 wait.
    expect(instantly).toBe(740);
    const reasons = (await Promise.all(outcomes)).map((outcome) => ('reason' in outcome ? outcome.reason : ''));
    expect(reasons.filter((reason) => reason === 'timeout').length).toBeGreaterThanOrEqual(4);
    expect(reasons).not.toContain('');
    expect(await connector([second.url]).signIn('alice', PASSWORD)).toMatchObject({ kind: 'ok' });
  });
});

describe('the bind of a person', () => {
  test('is never repeated at another server once it was sent', async () => {
    const hanging = await startOddLdap(({ operation, name }, reply) => {
      if (operation === 'bind' && name === ALICE) return;
      if (operation === 'search') reply.entry(ALICE, ['entryUUID', '11111111-2222-3333-4444-555555555555']);
      reply.result(0);
    });
    const before = await bindsOfAlice(second);
    const both = connector([hanging.url, second.url]);
    expect(await both.signIn('alice', PASSWORD)).toEqual({ kind: 'unavailable', reason: 'timeout' });
    expect(await bindsOfAlice(second)).toBe(before);
    await hanging.stop();
  });

  test('goes once to the directory, whatever the answer', async () => {
    const before = await bindsOfAlice(second);
    await connector([second.url]).signIn('alice', 'wrong');
    expect(await bindsOfAlice(second)).toBe(before + 1);
  });
});

test('a burst of sign-ins is served by a few connections', async () => {
  const one = connector([second.url], { connection: { poolSize: 2, timeout: 20_000 } });
  const before = (await second.operations()).length;
  const outcomes = await Promise.all(Array.from({ length: 100 }, () => one.signIn('alice', PASSWORD)));
  expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['ok']));
  const binds = (await second.operations()).slice(before).filter((line) => line.startsWith(`BIND dn="cn=service`));
  expect(binds).toHaveLength(2);
});

test('a wrong password of the service account is named, and is not sent again with each sign-in', async () => {
  const wrong = connector([second.url], { secret: 'wrong' });
  const before = (await second.operations()).length;
  for (let tries = 0; tries < 5; tries++)
    expect(await wrong.signIn('alice', PASSWORD)).toEqual({ kind: 'misconfigured', reason: 'service-bind-refused' });
  expect(await second.operations()).toHaveLength(before + 1);
});

test('a wrong password of the service account is not tried at the next server', async () => {
  const wrong = connector([first.url, second.url], { secret: 'wrong' });
  const before = (await second.operations()).length;
  await wrong.signIn('alice', PASSWORD);
  expect(await second.operations()).toHaveLength(before);
});

test('a port where nobody listens, and a host that does not exist, are told apart', async () => {
  const nobody = connector([`ldap://127.0.0.1:${await freePort()}`]);
  expect(await nobody.signIn('alice', PASSWORD)).toEqual({ kind: 'unavailable', reason: 'connect-refused' });
  const nowhere = connector(['ldaps://directory.invalid'], { connection: { connectTimeout: 20_000 } });
  expect(await nowhere.signIn('alice', PASSWORD)).toEqual({ kind: 'unavailable', reason: 'host-unknown' });
});

test('anonymous search happens only where the settings say so', async () => {
  const before = (await second.operations()).length;
  const anonymous = connector([second.url], { connection: { anonymous: true } });
  expect(await anonymous.signIn('alice', PASSWORD)).toMatchObject({ kind: 'ok' });
  const operations = (await second.operations()).slice(before);
  expect(operations.map((line) => line.split(' ')[0])).toEqual(['SRCH', 'BIND', 'SRCH']);
});

test('a closed connector does nothing more', async () => {
  const closed = connector([second.url]);
  await closed.signIn('alice', PASSWORD);
  await closed.close();
  expect(await closed.signIn('alice', PASSWORD)).toEqual({ kind: 'unavailable', reason: 'connector-closed' });
});
