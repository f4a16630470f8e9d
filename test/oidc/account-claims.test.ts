/** Which claims about a user a client can receive at all. */
import { describe, expect, test } from '@jest/globals';
import { effective } from '../../src/access/evaluation/effective.js';
import { subjectOf } from '../../src/access/evaluation/subject.js';
import { claims, claimsWithin } from '../../src/oidc/configuration/claims.js';
import { accessOfAccount, accountOf } from '../../src/oidc/issuance/account-claims.js';
import type { User } from '../../src/identity/users/user.js';
import type { AttributeClaim } from '../../src/realm/claims/attribute-claims.js';
import { assignment, group, ORDERS, role, server, snapshotOf, STOCK } from '../access/world.js';
import { user } from './request.js';

const seller = role('seller', [ORDERS, 'orders:read']);
const snapshot = snapshotOf({
  groups: [group('staff', [assignment('role', 'seller')])],
  roles: [seller],
  servers: [server(ORDERS, { 'orders:read': [], 'orders:write': [] })],
});

/** Returns the userinfo claims of this user when the client is allowed these claims. */
async function claimsOf(
  about: Partial<User>,
  allowed: readonly string[],
  release: Partial<Parameters<typeof accountOf>[2]> = {},
  { use = 'userinfo', connector }: { readonly use?: string; readonly connector?: string } = {},
) {
  const ada = user({ assignments: [assignment('membership', 'staff')], ...about });
  const access = effective(subjectOf(ada, snapshot, 1, undefined), { at: 1 }, snapshot);
  const released = { attributes: [], permissionsAt: [], ...release, allowed: new Set(allowed) };
  return accountOf(ada, { access, connector }, released).claims(use, '', {}, []);
}

const attribute = (about: Partial<AttributeClaim>): AttributeClaim => ({
  attribute: 'desk',
  claim: 'desk',
  scope: 'attributes',
  multiple: false,
  ...about,
});

describe('the claims of an account', () => {
  test('are those that the client is allowed, and always the subject', async () => {
    expect(await claimsOf({ email: 'ada@example.com' }, [])).toEqual({ sub: 'ada' });
    expect(await claimsOf({}, ['preferred_username'])).toEqual({ sub: 'ada', preferred_username: 'ada' });
  });

  test('leave out what is unknown of the user', async () => {
    const profile = [
      'name',
      'given_name',
      'email',
      'email_verified',
      'phone_number',
      'phone_number_verified',
      'address',
    ];
    expect(await claimsOf({}, profile)).toEqual({ sub: 'ada' });
    expect(await claimsOf({ profile: { givenName: 'Ada' } }, profile)).toEqual({ sub: 'ada', given_name: 'Ada' });
  });

  test('say of an e-mail address and a phone number whether they are verified', async () => {
    const allowed = ['email', 'email_verified', 'phone_number', 'phone_number_verified'];
    const about = { email: 'ada@example.com', emailVerified: true, profile: { phoneNumber: '+41000' } };
    expect(await claimsOf(about, allowed)).toEqual({
      sub: 'ada',
      email: 'ada@example.com',
      email_verified: true,
      phone_number: '+41000',
      phone_number_verified: false,
    });
  });

  test('have an address without its empty parts', async () => {
    const about = { profile: { address: { streetAddress: 'Lane 1', country: 'CH' } } };
    expect(await claimsOf(about, ['address'])).toEqual({
      sub: 'ada',
      address: { street_address: 'Lane 1', country: 'CH' },
    });
  });

  test('give the last change of the profile in seconds, or the creation of the user', async () => {
    expect(await claimsOf({ createdAt: 5999 }, ['updated_at'])).toMatchObject({ updated_at: 5 });
    expect(await claimsOf({ createdAt: 5999, profileChangedAt: 9000 }, ['updated_at'])).toMatchObject({
      updated_at: 9,
    });
  });

  test('name roles and groups, and permissions by the API that the client reads them for', async () => {
    const allowed = ['roles', 'groups', 'permissions', 'customer_group'];
    expect(await claimsOf({}, allowed)).toEqual({ sub: 'ada', roles: ['name of seller'], groups: ['name of staff'] });
    expect(await claimsOf({}, ['permissions'], { permissionsAt: [ORDERS, STOCK] })).toEqual({
      sub: 'ada',
      permissions: { [ORDERS]: ['orders:read'], [STOCK]: [] },
    });
  });

  test('name the connector of the sign-in in an ID token, and nowhere else', async () => {
    const released = ['idp'];
    expect(await claimsOf({}, released, {}, { use: 'id_token', connector: 'corp' })).toEqual({
      sub: 'ada',
      idp: 'corp',
    });
    expect(await claimsOf({}, released, {}, { use: 'userinfo', connector: 'corp' })).toEqual({ sub: 'ada' });
    expect(await claimsOf({}, released, {}, { use: 'id_token' })).toEqual({ sub: 'ada' });
    expect(await claimsOf({}, [], {}, { use: 'id_token', connector: 'corp' })).toEqual({ sub: 'ada' });
  });

  test('say where the user lives, for a mapping that names it', async () => {
    expect(await claimsOf({ userstore: 'corp' }, ['userstore'])).toEqual({ sub: 'ada', userstore: 'corp' });
  });

  test('have the first value of an attribute, or all of them where the claim is a list', async () => {
    const attributes = [
      { name: 'desk', value: '7' },
      { name: 'desk', value: '9' },
    ] as User['attributes'];
    const account = { attributes: [attribute({})] };
    const many = { attributes: [attribute({ multiple: true })] };
    expect(await claimsOf({ attributes }, ['desk'], account)).toEqual({ sub: 'ada', desk: '7' });
    expect(await claimsOf({ attributes }, ['desk'], many)).toEqual({ sub: 'ada', desk: ['7', '9'] });
    expect(await claimsOf({}, ['desk'], account)).toEqual({ sub: 'ada' });
    expect(await claimsOf({}, ['desk'], many)).toEqual({ sub: 'ada', desk: [] });
  });

  test('never take the place of a claim of the protocol, though the realm had it stored', async () => {
    const attributes = [{ name: 'desk', value: 'root' }] as User['attributes'];
    const release = { attributes: [attribute({ claim: 'sub' }), attribute({ claim: 'email' })] };
    expect(await claimsOf({ attributes }, ['sub', 'email'], release)).toEqual({ sub: 'ada' });
  });
});

test('a request that is about nobody yet has no access', () => {
  expect(accessOfAccount({} as unknown as Parameters<typeof accessOfAccount>[0])).toBeUndefined();
});

describe('the claims of a scope', () => {
  test('are within reach of a client that may ask for the scope, and of no other', () => {
    expect(claimsWithin(['email'])).toEqual(new Set(['email', 'email_verified']));
    expect(claimsWithin([])).toEqual(new Set());
    expect(claimsWithin(['orders:read', '__proto__'])).toEqual(new Set());
  });

  test('include the attributes that the realm releases by it, unless the protocol gives the name a meaning', () => {
    const attributes = [attribute({ scope: 'profile' }), attribute({ claim: 'acr', scope: 'profile' })];
    expect(claimsWithin(['profile'], attributes).has('desk')).toBe(true);
    expect(claimsWithin(['profile'], attributes).has('acr')).toBe(false);
    expect(claimsWithin(['email'], attributes).has('desk')).toBe(false);
    expect(claims(attributes).claims['profile']).toContain('desk');
  });

  test('has permissions with `roles`, and nothing of its own with `attributes`', () => {
    const { claims: byScope, scopes } = claims([]);
    expect(byScope['roles']).toEqual(['roles', 'permissions']);
    expect(byScope['attributes']).toEqual([]);
    expect(byScope['profile']?.at(-1)).toBe('userstore');
    expect(scopes).toContain('attributes');
  });
});
