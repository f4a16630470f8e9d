import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeCertificates, PASSWORD, person, type Slapd, startSlapd } from '../../support/slapd.js';
import { connectorTo, type TestConnector } from './connector.js';

let slapd: Slapd;
let expired: Slapd;
let misnamed: Slapd;
/** Its certificate is for the address only. */
let nameless: Slapd;
/** Of another authority. */
let strangerCa: string;
const connectors: TestConnector[] = [];

const connector = (...parts: Parameters<typeof connectorTo>): TestConnector => {
  const made = connectorTo(...parts);
  connectors.push(made);
  return made;
};

beforeAll(async () => {
  const entries = person('alice');
  [slapd, expired, misnamed, nameless] = await Promise.all([
    startSlapd({ entries, requiresTls: true }),
    startSlapd({ entries, certificate: { days: -1 } }),
    startSlapd({ entries, certificate: { names: 'DNS:ldap.corp.test' } }),
    startSlapd({ entries, certificate: { names: 'IP:127.0.0.1' } }),
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-ca-'));
  await makeCertificates(folder);
  strangerCa = await readFile(join(folder, 'ca.crt'), 'utf8');
  await rm(folder, { recursive: true });
});

afterEach(async () => {
  await Promise.all(connectors.splice(0).map((made) => made.close()));
});

afterAll(() => Promise.all([slapd, expired, misnamed, nameless].map((one) => one.stop())));

describe.each([
  ['ldaps', (one: Slapd) => one.secureUrl, false],
  ['StartTLS', (one: Slapd) => one.url, true],
])('over %s', (_name, urlOf, startTls) => {
  const signIn = (one: Slapd, ca: string, url = urlOf(one)) =>
    connector([url], { connection: { ca, startTls } }).signIn('alice', PASSWORD);

  test('somebody signs in, and when the certificate ends is known', async () => {
    const one = connector([urlOf(slapd)], { connection: { ca: slapd.ca, startTls } });
    expect(await one.signIn('alice', PASSWORD)).toMatchObject({ kind: 'ok' });
    expect(one.health().certificateUntil).toBeGreaterThan(Date.now());
  });

  test('the name of the host is compared, of an address and of a name', async () => {
    const byName = urlOf(slapd).replace('127.0.0.1', 'localhost');
    expect(await signIn(slapd, slapd.ca, byName)).toMatchObject({ kind: 'ok' });
    expect(await signIn(nameless, nameless.ca)).toMatchObject({ kind: 'ok' });
    expect(await signIn(misnamed, misnamed.ca)).toEqual({ kind: 'misconfigured', reason: 'certificate-wrong-host' });
    const misnamedByName = urlOf(misnamed).replace('127.0.0.1', 'localhost');
    expect(await signIn(misnamed, misnamed.ca, misnamedByName)).toEqual({
      kind: 'misconfigured',
      reason: 'certificate-wrong-host',
    });
  });

  test('a certificate of an authority that is not trusted is refused', async () => {
    expect(await signIn(slapd, strangerCa)).toEqual({ kind: 'misconfigured', reason: 'certificate-untrusted' });
  });

  test('without a list of authorities, those of the system count', async () => {
    const one = connector([urlOf(slapd)], { connection: { startTls } });
    expect(await one.signIn('alice', PASSWORD)).toEqual({ kind: 'misconfigured', reason: 'certificate-untrusted' });
  });

  test('a certificate that has ended is refused', async () => {
    expect(await signIn(expired, expired.ca)).toEqual({ kind: 'misconfigured', reason: 'certificate-expired' });
  });

  test('no password is sent before the certificate is verified', async () => {
    const before = (await slapd.operations()).filter((line) => line.startsWith('BIND'));
    await signIn(slapd, strangerCa);
    expect((await slapd.operations()).filter((line) => line.startsWith('BIND'))).toEqual(before);
  });
});

test('no variable of the environment turns the verification off', async () => {
  const child = join(import.meta.dirname, 'unverified-child.ts');
  const loader = ['--disable-warning=ExperimentalWarning', '--import', './test/support/typescript-child.mjs'];
  const { stdout } = await promisify(execFile)(process.execPath, [...loader, child, slapd.secureUrl, strangerCa], {
    env: { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0' },
  });
  expect(JSON.parse(stdout)).toEqual({ kind: 'misconfigured', reason: 'certificate-untrusted' });
});

test('a directory that wants TLS and does not get it says so', async () => {
  const plain = connector([slapd.url]);
  expect(await plain.signIn('alice', PASSWORD)).toEqual({ kind: 'misconfigured', reason: 'tls-required' });
});

test('a directory that speaks no TLS on its port is an outage', async () => {
  const plain = connector([slapd.url.replace('ldap:', 'ldaps:')], { connection: { ca: slapd.ca } });
  expect(await plain.signIn('alice', PASSWORD)).toMatchObject({
    kind: 'unavailable',
    reason: expect.stringMatching(/^(?:tls-failed|connect-timeout)$/),
  });
});
