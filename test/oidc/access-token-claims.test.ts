/** The access that a token carries: what was requested, granted and held. */
import { describe, expect, test } from '@jest/globals';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { effective, type Effective } from '../../src/access/evaluation/effective.js';
import { subjectOf } from '../../src/access/evaluation/subject.js';
import {
  accessClaims,
  authenticationOf,
  conveyedAccess,
  releasedScopes,
  sourceOf,
} from '../../src/oidc/issuance/access-token-claims.js';
import { audiencesOf, userinfoAudience } from '../../src/oidc/issuance/audiences.js';
import { signInFacts } from '../../src/oidc/issuance/authentication-context.js';
import { listedLevel } from '../../src/oidc/issuance/essential-acr.js';
import { issueRecordOf } from '../../src/oidc/issuance/issue-record.js';
import type { IssuedToken } from '../../src/oidc/issuance/issued-token.js';
import type { ClaimMapping } from '../../src/realm/claims/claim-mapping.js';
import { PASSWORD, TWO_FACTOR } from '../../src/base/authentication-level.js';
import { assignment, group, ORDERS, role, server, snapshotOf } from '../access/world.js';
import { libraryClient, user } from './request.js';

type OidcRequest = KoaContextWithOIDC['oidc'];

const snapshot = snapshotOf({
  groups: [group('staff')],
  roles: [role('seller', [ORDERS, 'orders:read'])],
  servers: [server(ORDERS, { orders: [], 'orders:read': [], 'orders:write': [] })],
});
const access: Effective = effective(
  subjectOf(
    user({ assignments: [assignment('role', 'seller'), assignment('membership', 'staff')] }),
    snapshot,
    1,
    undefined,
  ),
  { at: 1 },
  snapshot,
);

interface Asking {
  /** The scopes of the code or refresh token. Absent: the client acts for itself. */
  readonly source?: string;
  readonly requested?: string;
  readonly firstParty?: boolean;
}
const oidc = ({ source, requested = '', firstParty = true }: Asking): OidcRequest =>
  ({
    client: libraryClient({ firstParty }),
    entities: source === undefined ? {} : { AuthorizationCode: { scopes: new Set(source.split(' ')) } },
    params: {},
    requestParamScopes: new Set(requested.split(' ')),
    resourceServers: { [ORDERS]: { scope: 'orders orders:read orders:write' } },
  }) as unknown as OidcRequest;
const token = (scope?: string): IssuedToken =>
  ({ scope, resourceServer: { scopes: new Set(['orders', 'orders:read', 'orders:write']) } }) as unknown as IssuedToken;
const conveyed = (asking: Asking, scope?: string) => conveyedAccess(ORDERS, access, oidc(asking), token(scope));

const EVERYTHING = { scopes: ['orders:read'], roles: ['name of seller'], permissions: ['orders:read'] };
const NOTHING = { scopes: [], roles: [], permissions: [] };

describe('a token for an API carries', () => {
  test('all that its subject holds there, if the request named no scope of the API', () => {
    expect(conveyed({ source: 'openid' })).toEqual(EVERYTHING);
    expect(conveyed({})).toEqual(EVERYTHING);
  });

  test('nothing then for a client whose users are asked, since nobody was asked', () => {
    expect(conveyed({ source: 'openid', firstParty: false })).toEqual(NOTHING);
  });

  test('of what was requested only what is held', () => {
    expect(conveyed({ source: 'orders:read orders:write' }, 'orders:read orders:write')).toEqual(EVERYTHING);
    expect(conveyed({ source: 'orders:write' }, 'orders:write')).toMatchObject({ scopes: [], permissions: [] });
  });

  test('of what was requested only what was granted', () => {
    expect(conveyed({ source: 'orders:read orders:write' }, '')).toMatchObject({ scopes: [], permissions: [] });
  });

  test('what a requested scope covers and its subject holds', () => {
    expect(conveyed({ source: 'orders' }, 'orders')).toEqual(EVERYTHING);
  });

  test('nothing for a client that acts for itself and holds none of what it asked for: it is refused', () => {
    const asking = () => conveyed({ requested: 'orders:write' }, 'orders:write');
    expect(asking).toThrow(expect.objectContaining({ error: 'invalid_scope', scope: 'orders:write' }));
    expect(conveyed({ source: 'orders:write' }, 'orders:write').scopes).toEqual([]);
  });

  test('nothing for a client that acts for itself and asks for a scope that nobody knows', () => {
    const unknown = Object.assign(oidc({ requested: 'fly' }), { resourceServers: {} });
    expect(() => conveyedAccess(ORDERS, access, unknown, token())).toThrow();
  });
});

describe('the claims of access', () => {
  const claimsFor = (mappings: readonly ClaimMapping[] | undefined, released: readonly string[] = []) =>
    accessClaims({ access, conveyed: { ...EVERYTHING, roles: ['r'] }, released: new Set(released), mappings });

  test('are roles and permissions unless the API says otherwise', () => {
    expect(claimsFor(undefined)).toEqual([
      { value: 'roles', claim: 'roles', content: ['r'] },
      { value: 'permissions', claim: 'permissions', content: ['orders:read'] },
    ]);
    expect(claimsFor([])).toEqual([]);
  });

  test('name groups only if the scope for that was released', () => {
    const groups: ClaimMapping[] = [{ value: 'groups', claim: 'teams', format: 'list' }];
    expect(claimsFor(groups)).toEqual([]);
    expect(claimsFor(groups, ['groups'])).toEqual([{ value: 'groups', claim: 'teams', content: ['name of staff'] }]);
  });

  test('have no customer group where there is none', () => {
    const mapping: ClaimMapping[] = [{ value: 'customer_group', claim: 'tier', format: 'text' }];
    expect(claimsFor(mapping, ['customer_group'])).toEqual([]);
  });

  test('never replace a claim of the protocol', () => {
    expect(claimsFor([{ value: 'roles', claim: 'sub', format: 'list' }])).toEqual([]);
  });
});

describe('the scopes that speak of the person', () => {
  const request = (about: object) =>
    releasedScopes({
      client: libraryClient({ scopes: ['openid', 'roles', 'groups'] }),
      entities: {
        RefreshToken: { scopes: new Set(['openid', 'roles']) },
        Grant: {
          getOIDCScopeFiltered: (asked: Set<string>) => [...asked].filter((scope) => scope !== 'groups').join(' '),
        },
      },
      params: {},
      requestParamScopes: new Set(['openid', 'groups']),
      ...about,
    } as unknown as OidcRequest);

  test('are those that were asked for and granted, and that the client may still ask for', () => {
    expect(request({})).toEqual(new Set(['openid', 'roles']));
    expect(request({ client: libraryClient({ scopes: ['openid'] }) })).toEqual(new Set(['openid']));
  });

  test('are narrowed by a refresh that names scopes', () => {
    expect(request({ params: { scope: 'openid groups' } })).toEqual(new Set(['openid']));
  });

  test('are none for a client that acts for itself', () => {
    expect(request({ entities: {} })).toEqual(new Set());
  });
});

test('a token says how its user signed in, as far as its source knows', () => {
  const source = { acr: 'a', authTime: 7 };
  expect(authenticationOf(source as never)).toEqual({ acr: 'a', auth_time: 7 });
  expect(authenticationOf(source as never, 'corp')).toEqual({ acr: 'a', auth_time: 7, idp: 'corp' });
  expect(authenticationOf(undefined, 'corp')).toEqual({});
  expect(sourceOf({ entities: { RefreshToken: source } } as never)).toBe(source);
});

test('level and connector are taken from a session, or from the extra claims of an access token', () => {
  const authentication = { level: PASSWORD, at: 7000 };
  expect(signInFacts({ acr: PASSWORD, authTime: 7 }, 'corp')).toEqual({ authentication, connector: 'corp' });
  expect(signInFacts({ extra: { acr: PASSWORD, auth_time: 7, idp: 'corp' } })).toEqual({
    authentication,
    connector: 'corp',
  });
  expect(signInFacts({ extra: { idp: 7 } })).toEqual({});
  expect(signInFacts({ acr: 'gold', authTime: 7 })).toEqual({});
  expect(signInFacts({ acr: PASSWORD })).toEqual({});
  expect(signInFacts(undefined)).toEqual({});
});

describe('an acr that a request lists as essential', () => {
  const listed = (...values: string[]) => JSON.stringify({ id_token: { acr: { essential: true, values } } });

  test('is answered by the highest of the list that the session has reached', () => {
    expect(listedLevel(listed(PASSWORD, TWO_FACTOR), TWO_FACTOR)).toBe(TWO_FACTOR);
    expect(listedLevel(listed(PASSWORD), TWO_FACTOR)).toBe(PASSWORD);
  });

  test('is never answered by a level that was not reached', () => {
    expect(listedLevel(listed(PASSWORD, TWO_FACTOR), PASSWORD)).toBe(PASSWORD);
    expect(listedLevel(listed(TWO_FACTOR), PASSWORD)).toBeUndefined();
    expect(listedLevel(listed(PASSWORD), undefined)).toBeUndefined();
  });

  test('that is only wished for, or unknown, changes nothing', () => {
    const wished = JSON.stringify({ id_token: { acr: { values: [PASSWORD] } } });
    expect(listedLevel(wished, TWO_FACTOR)).toBeUndefined();
    expect(listedLevel(listed('gold'), TWO_FACTOR)).toBeUndefined();
    expect(listedLevel(undefined, TWO_FACTOR)).toBeUndefined();
  });
});

test('audiences are texts: one, several, or none', () => {
  expect(audiencesOf('a')).toEqual(['a']);
  expect(audiencesOf(['a', 7, 'b'])).toEqual(['a', 'b']);
  expect(audiencesOf({ a: 1 })).toEqual([]);
  expect(userinfoAudience('https://id.example')).toBe('https://id.example/me');
});

test('the record of a token names the assignments, roles and groups that led to it', () => {
  const record = issueRecordOf(access, { audience: ORDERS, scope: ['orders:read'] });
  expect(record).toMatchObject({ audience: ORDERS, roles: [{ id: 'seller', version: 1 }], groups: [{ id: 'staff' }] });
  expect(record.assignmentIds).toHaveLength(2);
  expect(record).not.toHaveProperty('overBudget');
});
