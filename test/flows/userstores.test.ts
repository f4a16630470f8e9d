/** Users of a second userstore sign in by the same page, and get the same tokens. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen, type Listening } from '../../src/app/http.js';
import { openParts, type Parts } from '../../src/app/parts.js';
import { bootstrap } from '../../src/cli/setup/bootstrap.js';
import { readConfig } from '../../src/config/config.js';
import type { ConnectorOutcome, PasswordConnector } from '../../src/identity/userstores/password-connector.js';
import { application, ask, claimsOf, codeOf, exchange, signIn } from '../support/application.js';
import { freePort } from '../support/host/free-port.js';
import { temporaryDatabase } from '../support/mongod.js';
import { Visitor } from '../support/visitor.js';
import { CONFIDENTIAL_SECRET, MACHINE_SECRET } from './flow-host.js';

const by = { kind: 'host', id: 'tests', requestId: 'test' } as const;

describe.each(['sqlite', 'mongodb'] as const)('a second userstore, on %s', (store) => {
  const database = store === 'mongodb' ? temporaryDatabase() : undefined;
  let folder: string;
  let realm: Parts;
  let served: Listening;
  let always: ConnectorOutcome | undefined;
  /** Stands for a directory: what is tested is the way from the form through the chain to the tokens. */
  const directory: PasswordConnector = {
    id: 'corp',
    async authenticate({ name, password }) {
      if (always) return always;
      if (name !== 'della') return { kind: 'unknown' };
      return password === 'of the directory'
        ? { kind: 'ok', identity: { subject: 'uid=della', claims: {} } }
        : { kind: 'wrong-credentials' };
    },
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-userstores-'));
    const env = {
      GATEHOUSE_ISSUER: `http://localhost:${await freePort()}`,
      GATEHOUSE_STORE: database ? database.url : `sqlite:${join(folder, 'gatehouse.db')}`,
      GATEHOUSE_KEYS: join(folder, 'keys'),
      GATEHOUSE_REALM_FILE: 'test/flows/realm.yaml',
      GATEHOUSE_LOG_LEVEL: 'silent',
      CONFIDENTIAL_SECRET,
      MACHINE_SECRET,
    };
    const config = readConfig(env);
    await bootstrap(config, env, { line: () => undefined }, { passwordCost: 4 });
    realm = await openParts(config, { passwordCost: 4, userstores: [directory] });
    served = await listen(realm);
    const password = { clear: 'a password of ours', generated: false };
    expect(await realm.users.create(by, { username: 'paul', password })).toMatchObject({ ok: true });
    expect(await realm.users.create(by, { username: 'della', userstore: 'corp' })).toMatchObject({ ok: true });
  });
  afterAll(async () => {
    await served.close({ withinMs: 1000 });
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const app = application('public');
  const host = () => ({ issuer: realm.config.issuer });

  test.each(['della', 'corp/della', 'Corp/DELLA'])('signs in a user of the directory who types %s', async (typed) => {
    const asked = ask(host(), app);
    const page = await signIn(new Visitor(), asked, typed, 'of the directory');
    const { status, body } = await exchange(host(), asked, codeOf(page));
    const user = await realm.users.findByTerm('della', { limit: 1 });
    expect([status, claimsOf(body.id_token)]).toMatchObject([200, { sub: user.rows[0]?.id, amr: ['pwd'] }]);
  });

  test('signs in the users of the primary userstore as before', async () => {
    const page = await signIn(new Visitor(), ask(host(), app), 'paul', 'a password of ours');
    expect(codeOf(page)).not.toBe('');
    expect((await signIn(new Visitor(), ask(host(), app), 'corp/paul', 'a password of ours')).status).toBe(403);
  });

  test('says the same about a wrong password of either userstore', async () => {
    const texts = [];
    for (const typed of ['paul', 'della', 'nobody-there']) {
      const page = await signIn(new Visitor(), ask(host(), app), typed, 'wrong');
      texts.push(page.text.includes('The username or password is not correct.'));
      expect(page.status).toBe(403);
    }
    expect(texts).toEqual([true, true, true]);
  });

  test('says so when the directory does not answer, and only to its users', async () => {
    always = { kind: 'unavailable', reason: 'ECONNREFUSED' };
    try {
      const page = await signIn(new Visitor(), ask(host(), app), 'della', 'of the directory');
      expect([page.status, page.headers.get('retry-after')]).toEqual([503, '5']);
      expect(page.text).toContain('Your password cannot be checked at the moment.');
      expect(page.text).not.toContain('ECONNREFUSED');
      expect(codeOf(await signIn(new Visitor(), ask(host(), app), 'paul', 'a password of ours'))).not.toBe('');
    } finally {
      always = undefined;
    }
  });

  test('says that an account is disabled there', async () => {
    always = { kind: 'expired' };
    try {
      const page = await signIn(new Visitor(), ask(host(), app), 'della', 'of the directory');
      expect([page.status, page.text.includes('This account is disabled.')]).toEqual([403, true]);
    } finally {
      always = undefined;
    }
  });
});
