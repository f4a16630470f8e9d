/** Users of a second userstore sign in by the same page, and get the same tokens. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { ConnectorOutcome, PasswordConnector } from '../../src/identity/userstores/password-connector.js';
import { application, ask, claimsOf, codeOf, exchange, signIn } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { Visitor } from '../support/visitor.js';
import { userstoreRealm } from './userstore-realm.js';

const by = { kind: 'host', id: 'tests', requestId: 'test' } as const;

describe.each(['sqlite', 'mongodb'] as const)('a second userstore, on %s', (store) => {
  let always: ConnectorOutcome | undefined;
  /** Stands for a directory: what is tested is the way from the form through the chain to the tokens. */
  const directory: PasswordConnector = {
    id: 'corp',
    async authenticate({ name, password }) {
      if (always) return always;
      if (name !== 'della') return { kind: 'unknown' };
      return password === 'of the directory'
        ? { kind: 'ok', identity: { subject: 'uid=della', claims: new Map() } }
        : { kind: 'wrong-credentials' };
    },
  };

  const host = useInProcessHost(userstoreRealm(store, [directory]));
  beforeAll(async () => {
    const password = { clear: 'a password of ours', generated: false };
    expect(await host.parts.users.create(by, { username: 'paul', password })).toMatchObject({ ok: true });
    expect(await host.parts.users.create(by, { username: 'della', userstore: 'corp' })).toMatchObject({ ok: true });
  });

  const app = application('public');

  test.each(['della', 'corp/della', 'Corp/DELLA'])('signs in a user of the directory who types %s', async (typed) => {
    const authRequest = ask(host, app);
    const page = await signIn(new Visitor(), authRequest, typed, 'of the directory');
    const { status, body } = await exchange(host, authRequest, codeOf(page));
    const user = await host.parts.users.findByTerm('della', { limit: 1 });
    expect([status, claimsOf(body.id_token)]).toMatchObject([200, { sub: user.rows[0]?.id, amr: ['pwd'] }]);
  });

  test('signs in the users of the primary userstore as before', async () => {
    const page = await signIn(new Visitor(), ask(host, app), 'paul', 'a password of ours');
    expect(codeOf(page)).not.toBe('');
    expect((await signIn(new Visitor(), ask(host, app), 'corp/paul', 'a password of ours')).status).toBe(403);
  });

  test('says the same about a wrong password of either userstore', async () => {
    const texts = [];
    for (const typed of ['paul', 'della', 'nobody-there']) {
      const page = await signIn(new Visitor(), ask(host, app), typed, 'wrong');
      texts.push(page.text.includes('The username or password is not correct.'));
      expect(page.status).toBe(403);
    }
    expect(texts).toEqual([true, true, true]);
  });

  test('says so when the directory does not answer, and only to its users', async () => {
    always = { kind: 'unavailable', reason: 'ECONNREFUSED' };
    try {
      const page = await signIn(new Visitor(), ask(host, app), 'della', 'of the directory');
      expect([page.status, page.headers.get('retry-after')]).toEqual([503, '5']);
      expect(page.text).toContain('Your password cannot be checked at the moment.');
      expect(page.text).not.toContain('ECONNREFUSED');
      expect(codeOf(await signIn(new Visitor(), ask(host, app), 'paul', 'a password of ours'))).not.toBe('');
    } finally {
      always = undefined;
    }
  });

  test('says that an account is disabled there', async () => {
    always = { kind: 'expired' };
    try {
      const page = await signIn(new Visitor(), ask(host, app), 'della', 'of the directory');
      expect([page.status, page.text.includes('This account is disabled.')]).toEqual([403, true]);
    } finally {
      always = undefined;
    }
  });
});
