import { randomUUID } from 'node:crypto';
import type { AdapterPayload } from 'oidc-provider';
import type { Instant } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { type User, users } from '../../src/identity/users/user.js';
import { tokenAdapter } from '../../src/oidc/adapter/token-adapter.js';
import { currentScope } from '../../src/oidc/request-scope/request-scope.js';
import { grants } from '../../src/sessions/grants/grant.js';
import { type Token, tokens } from '../../src/sessions/tokens/token.js';
import type { Realm } from '../../src/storage/store.js';

/** Does what the library does for an opaque access token of the current request. */
export async function issueAccessToken(payload: AdapterPayload, seconds: number): Promise<void> {
  const jti = randomUUID();
  currentScope().issuances.plan({ jti }, { claims: {}, scope: [], format: { kind: 'opaque' } });
  await tokenAdapter('access-token').upsert(jti, payload, seconds);
}

export const GRANTED_SPECS = [tokens, grants, users];

/** User `u`, who granted `g` to client `c` and whose code is `code`; all are valid for another minute. */
export async function grantedIn(realm: Realm, at: Instant): Promise<void> {
  const user: User = {
    id: 'u',
    createdAt: at,
    since: at,
    blocks: [],
    state: 'active',
    userstore: 'primary',
    username: 'u',
    profile: {},
    emailVerified: false,
    attributes: [],
    assignments: [],
    within: [],
    roleIds: [],
    terms: [],
  };
  const code: Token = {
    id: hashOf('code'),
    kind: 'authorization-code',
    clientId: 'c',
    userId: 'u',
    grantId: 'g',
    sessionBound: false,
    issuedAt: at,
    payload: '{}',
    expiresAt: at + 60_000,
  };
  await realm.of(users).insert(user);
  await realm.of(grants).insert({
    id: 'g',
    userId: 'u',
    clientId: 'c',
    startedAt: at,
    signOutEpoch: 0,
    payload: '{}',
    expiresAt: at + 60_000,
  });
  await realm.of(tokens).insert(code);
}
