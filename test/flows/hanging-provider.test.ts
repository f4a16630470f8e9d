/** A provider that hangs costs its own people a sentence, and nobody else anything. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { MOST_AT_ONCE } from '../../src/federation/connectors/bounded-fetch.js';
import { type LyingProvider, startLyingProvider } from '../federation/oidc/lying-provider.js';
import { application, ask, codeOf, signIn } from '../support/application.js';
import { FromAddress } from '../support/from-address.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { made } from '../identity/identity-store.js';
import { by, changeConnector, ldapRealm } from './ldap-realm.js';
import { addProvider, REACHING_LOOPBACK, signInElsewhere } from './provider-realm.js';
import { errorOf } from './redirect-realm.js';

const OURS = 'a password of ours';
const BEYOND = 10;
const app = application('public');

describe.each(['sqlite', 'mongodb'] as const)('a provider that hangs, on %s', (store) => {
  let provider: LyingProvider;
  const realm = ldapRealm(store);
  const env = { ...realm.env, ...REACHING_LOOPBACK, GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1,::1' };
  const host = useInProcessHost({ ...realm, env });
  beforeAll(async () => {
    provider = await startLyingProvider();
    await addProvider(host, provider);
    made(await host.parts.users.create(by, { username: 'paul', password: { clear: OURS, generated: false } }));
    codeOf(await enter(new Visitor()));
  });
  afterEach(() => provider.tellsTheTruth());
  afterAll(() => provider.pause());

  const enter = async (visitor: Visitor): Promise<Page> =>
    signInElsewhere(host, provider, visitor, await visitor.visit(ask(host, app).url));

  test('lets a bounded number of people wait, tells all others at once, and holds up nobody else', async () => {
    provider.requests.length = 0;
    provider.lies.reply.token = () => ({ isSilent: true });
    const answers: Page[] = [];
    const all = Array.from({ length: MOST_AT_ONCE + BEYOND }, async (_, at) => {
      answers.push(await enter(new FromAddress(`198.51.${at >> 8}.${at & 255}`)));
    });
    while (answers.length < BEYOND) await delay(10);
    codeOf(await signIn(new Visitor(), ask(host, app), 'paul', OURS));
    expect(answers.map((page) => [page.status, page.headers.get('retry-after')])).toEqual(
      Array.from({ length: BEYOND }, () => [503, '5']),
    );
    expect(answers[0] && errorOf(answers[0])).toContain('You cannot be signed in there at the moment.');
    const arrived = () => provider.requests.filter((endpoint) => endpoint === 'token').length;
    // Those that wait have their place already. Their connections may take longer than the answers to all others.
    while (arrived() < MOST_AT_ONCE) await delay(10);
    expect(arrived()).toBe(MOST_AT_ONCE);
    // It ends, and with it all that waited.
    await provider.pause();
    await Promise.all(all);
    await provider.resume();
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    provider.tellsTheTruth();
    codeOf(await enter(new Visitor()));
  });

  test('lets nobody wait longer than its connector says', async () => {
    await changeConnector(
      host,
      { connection: { issuer: provider.issuer, clientId: provider.clientId, timeout: 100 } },
      'partner',
    );
    provider.lies.reply.token = () => ({ isSilent: true });
    expect((await enter(new Visitor())).status).toBe(503);
    provider.tellsTheTruth();
    codeOf(await enter(new Visitor()));
  });
});
