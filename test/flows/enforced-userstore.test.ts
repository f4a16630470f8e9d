/** A userstore that is part of the installation enforces its domains like a stored connector. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { PasswordConnector } from '../../src/identity/userstores/password-connector.js';
import { application, ask } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { Visitor } from '../support/visitor.js';
import { by, ldapRealm } from './ldap-realm.js';

const directory: PasswordConnector = {
  id: 'corp',
  enforces: [{ name: 'corp.test', except: ['chief'] }],
  authenticate: async () => ({ kind: 'unknown' }),
};
const OURS = 'a password of ours';

describe.each(['sqlite', 'mongodb'] as const)('a userstore of the installation, on %s', (store) => {
  const host = useInProcessHost({ ...ldapRealm(store), installation: { userstores: [directory] } });
  beforeAll(async () => {
    const password = { clear: OURS, generated: false };
    for (const username of ['petra', 'chief']) {
      const user = { username, password, email: `${username}@corp.test`, emailVerified: true };
      expect(await host.parts.users.create(by, user)).toMatchObject({ ok: true });
    }
  });
  const enter = async (identifier: string) => {
    const visitor = new Visitor();
    const page = await visitor.submit(await visitor.visit(ask(host, application('public')).url), {
      ...{ identifier, password: OURS },
    });
    return page.url.searchParams.has('code') ? 'signed in' : page.status;
  };

  test('keeps the people of a domain that it enforces from another way in, but for those it excepts', async () => {
    expect([await enter('petra'), await enter('chief')]).toEqual([403, 'signed in']);
  });
});
