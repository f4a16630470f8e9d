/** Two realms in one process: nothing of one is worth anything in the other. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { requestListener } from '../../src/app/http.js';
import { type Installation, openInstallation } from '../../src/app/installation.js';
import { backgroundWork } from '../../src/app/parts.js';
import { openRealm } from '../../src/app/realm.js';
import type { RealmServices } from '../../src/app/realm-services.js';
import { loadRealmFile, prepareRealm } from '../../src/cli/setup/prepare-realm.js';
import { readConfig } from '../../src/config/config.js';
import { makeFirstSealingKey } from '../../src/config/sealing-keys.js';
import { jobRuns } from '../../src/jobs/job.js';
import {
  application,
  ask,
  claimsOf,
  codeOf,
  exchange,
  introspect,
  refresh,
  signIn,
  type Tokens,
  userinfo,
} from '../support/application.js';
import { freePort } from '../support/host/free-port.js';
import { temporaryPlace, type TemporaryPlace } from '../support/host/temporary-place.js';
import { Visitor } from '../support/visitor.js';
import { CONFIDENTIAL_SECRET, MACHINE_SECRET } from './flow-host.js';

const by = { kind: 'host', id: 'tests', requestId: 'test' } as const;
const PASSWORDS = { default: 'a password of the first', other: 'a password of the second' } as const;

describe.each(['sqlite', 'mongodb'] as const)('two realms in one process, on %s', (store) => {
  let place: TemporaryPlace;
  let installation: Installation;
  let first: RealmServices;
  let second: RealmServices;
  const servers: Server[] = [];

  /** A realm with the same clients and usernames as the other, listening at its own address. */
  async function served(id: keyof typeof PASSWORDS): Promise<RealmServices> {
    const port = await freePort();
    const services = await openRealm(installation, id, `http://localhost:${port}`);
    const { config } = services;
    const file = await loadRealmFile({ path: 'test/flows/realm.yaml', calledAs: 'the realm file' });
    const report = { changed: () => undefined, warned: () => undefined, left: () => undefined };
    const env = { CONFIDENTIAL_SECRET, MACHINE_SECRET };
    await prepareRealm(services, by, config, env, file, { yes: false, report });
    const password = { clear: PASSWORDS[id], generated: false };
    expect(await services.users.create(by, { username: 'paula', password })).toMatchObject({ ok: true });
    const server = createServer(await requestListener(services, () => false));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return services;
  }

  beforeAll(async () => {
    place = await temporaryPlace(store);
    await makeFirstSealingKey(place.keysFolder);
    const config = readConfig({ ...place.settings, GATEHOUSE_LOG_LEVEL: 'silent' });
    installation = await openInstallation(config, { passwordCost: 4 });
    first = await served('default');
    second = await served('other');
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    await installation.close();
    await place.remove();
  });

  const hostOf = ({ config: { issuer } }: RealmServices) => ({ issuer });
  const shop = application('confidential', CONFIDENTIAL_SECRET);

  async function tokensOf(realm: RealmServices, password: string, visitor = new Visitor()): Promise<Tokens> {
    const authRequest = ask(hostOf(realm), shop, { scope: 'openid' });
    const { status, body } = await exchange(
      hostOf(realm),
      authRequest,
      codeOf(await signIn(visitor, authRequest, 'paula', password)),
    );
    expect(status).toBe(200);
    return body;
  }

  test('sign in people of the same name with their own passwords, as different subjects of different issuers', async () => {
    const [ours, theirs] = [await tokensOf(first, PASSWORDS.default), await tokensOf(second, PASSWORDS.other)];
    const claims = [claimsOf(ours.id_token), claimsOf(theirs.id_token)];
    expect(claims.map(({ iss }) => iss)).toEqual([first.config.issuer, second.config.issuer]);
    expect(claims[0]?.['sub']).not.toBe(claims[1]?.['sub']);
  });

  test('accept no password of the other realm', async () => {
    expect((await signIn(new Visitor(), ask(hostOf(second), shop), 'paula', PASSWORDS.default)).status).toBe(403);
  });

  test('accept no token of the other realm', async () => {
    const tokens = await tokensOf(first, PASSWORDS.default);
    expect((await userinfo(hostOf(first), tokens.access_token)).status).toBe(200);
    expect((await userinfo(hostOf(second), tokens.access_token)).status).toBe(401);
    expect(await introspect(hostOf(first), shop, tokens.access_token)).toMatchObject({ body: { active: true } });
    for (const foreign of [tokens.access_token, tokens.refresh_token, tokens.id_token])
      expect(await introspect(hostOf(second), shop, foreign)).toMatchObject({ body: { active: false } });
    expect(await refresh(hostOf(second), shop, tokens.refresh_token)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
    // Using it at the wrong realm is no reuse at the right one.
    expect(await refresh(hostOf(first), shop, tokens.refresh_token)).toMatchObject({ status: 200 });
  });

  test('accept no code of the other realm', async () => {
    const authRequest = ask(hostOf(first), shop);
    const code = codeOf(await signIn(new Visitor(), authRequest, 'paula', PASSWORDS.default));
    expect(await exchange(hostOf(second), authRequest, code)).toMatchObject({ status: 400 });
    expect(await exchange(hostOf(first), authRequest, code)).toMatchObject({ status: 200 });
  });

  test('share no session, although the browser sends its cookies to every port of a host', async () => {
    const visitor = new Visitor();
    await tokensOf(first, PASSWORDS.default, visitor);
    expect(visitor.cookiesFor(second.config.issuer)).not.toBe('');
    const authRequest = ask(hostOf(second), shop, { prompt: 'none' });
    const answer = await visitor.visit(authRequest.url);
    expect(new URL(answer.left ?? '').searchParams.get('error')).toBe('login_required');
  });

  test('hear of changes to their own roles only', async () => {
    expect(await first.roles.create(by, { name: 'packer', policies: [], includes: [], excludes: [] })).toMatchObject({
      ok: true,
    });
    const names = async ({ snapshots }: RealmServices) =>
      [...(await snapshots.read()).roles.values()].map(({ name }) => name);
    expect(await names(first)).toContain('packer');
    expect(await names(second)).not.toContain('packer');
  });

  test('have their background work done by one process, each for itself', async () => {
    const done = await backgroundWork(installation, [first, second]).runDue((error) => {
      throw error;
    });
    expect(done).toEqual(expect.arrayContaining(['sweep', 'keys', 'keys of other']));
    expect(new Set(done).size).toBe(done.length);
    expect((await installation.store.installation.of(jobRuns).get('keys of other'))?.doneAt).toBeGreaterThan(0);
  });
});
