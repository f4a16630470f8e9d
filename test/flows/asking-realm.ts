import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import type { PasswordKind } from '../../src/federation/contract/connector-kind.js';
import type { StoreKind } from '../support/host/temporary-place.js';
import type { InProcessHost, InProcessOptions } from '../support/host/use-in-process-host.js';
import { testKind } from '../federation/connectors/test-kind.js';
import { by, ldapRealm } from './ldap-realm.js';

/** An upstream where every name has an account, and every password is right for a sign-in, and for nothing else. */
function everybody(): PasswordKind {
  const { kind } = testKind();
  return {
    ...kind,
    writes: () => ({ claim: () => false, password: 'own' }),
    create: (parts) => ({
      ...kind.create(parts as Parameters<typeof kind.create>[0]),
      authenticate: async ({ name }) => ({
        kind: 'ok',
        identity: { subject: name, claims: new Map([['uid', [name]]]) },
      }),
      changePassword: async () => ({ kind: 'wrong-credentials' }),
    }),
  };
}

/** The flow tests' realm, for connectors whose first sign-ins are not over at once. */
export const askingRealm = (store: StoreKind): InProcessOptions => ({
  ...ldapRealm(store),
  installation: { connectorKinds: [everybody()] },
});

/** `links` asks for an existing account, `requires` for a nickname, and `keeps` for the present password before it takes a new one. */
export async function addAskingConnectors({ parts }: InProcessHost): Promise<void> {
  const shared = { kind: 'test', preset: 'common', mapping: { profile: [{ field: 'username', from: 'uid' }] } };
  for (const more of [
    { id: 'links', displayName: 'Links', linking: 'ask' },
    { id: 'requires', displayName: 'Requires', provisioning: { require: ['nickname'] } },
    { id: 'keeps', displayName: 'Keeps', writeBack: { password: 'own' } },
  ]) {
    const saved = await parts.connectors.create(by, connectorInput.parse({ ...shared, ...more }));
    if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  }
}
