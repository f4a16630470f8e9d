/** A token that is longer than its client's budget, and the names under which a client reads claims. */
import { describe, expect, test } from '@jest/globals';
import { claimsForClient, mappedIn } from '../../src/oidc/issuance/client-claims.js';
import { fitIdToken } from '../../src/oidc/issuance/fit-id-token.js';
import { type BudgetedToken, withinBudget } from '../../src/oidc/issuance/fit-token-budget.js';
import type { OverBudget } from '../../src/base/token-budget.js';
import type { Client } from '../../src/realm/clients/client.js';
import { inRequest, ourClient } from './request.js';

const planned = (about: Partial<BudgetedToken> = {}): BudgetedToken => ({
  what: 'access token',
  scopes: ['orders:read'],
  claims: [
    { value: 'roles', claim: 'roles', content: ['seller'] },
    { value: 'groups', claim: 'teams', content: ['a'.repeat(100)] },
  ],
  bytesWith: (claims) => JSON.stringify(claims).length,
  ...about,
});
const fitted = (overBudget: OverBudget, tokenBudgetBytes: number, about?: Partial<BudgetedToken>) =>
  inRequest(() => withinBudget(planned(about), ourClient({ overBudget, tokenBudgetBytes })));
const refused = { error: 'invalid_scope', scope: 'orders:read' };

describe('a token over its budget', () => {
  test('is one only if it is longer: a token of just that length has all of its claims', async () => {
    const { roles, teams } = { roles: ['seller'], teams: ['a'.repeat(100)] };
    const bytes = JSON.stringify({ roles, teams }).length;
    expect(await fitted('refuse', bytes)).toEqual({ claims: { roles, teams } });
    await expect(fitted('refuse', bytes - 1)).rejects.toMatchObject(refused);
  });

  test('loses its groups where the client says so, and names what it lacks', async () => {
    expect(await fitted('drop-groups', 100)).toMatchObject({
      claims: { roles: ['seller'], left_out: ['teams'] },
      over: { rule: 'drop-groups', budget: 100, leftOut: ['teams'] },
    });
  });

  test('is refused if it is too long even without them', async () => {
    await expect(fitted('drop-groups', 20)).rejects.toMatchObject(refused);
  });

  test('is refused where there are no groups to leave out', async () => {
    const claims = [{ value: 'roles', claim: 'roles', content: ['a'.repeat(100)] }] as const;
    await expect(fitted('drop-groups', 50, { claims })).rejects.toMatchObject(refused);
  });

  test('becomes a reference with all of its claims, if its API accepts one', async () => {
    const { claims, over } = await fitted('reference', 20, { canRefer: true });
    expect(Object.keys(claims)).toEqual(['roles', 'teams']);
    expect(over?.rule).toBe('reference');
    await expect(fitted('reference', 20)).rejects.toMatchObject(refused);
  });

  test('leaves all of its access to userinfo if it is an ID token that would be a reference', async () => {
    expect(await fitted('reference', 60, { what: 'ID token' })).toMatchObject({
      claims: { left_out: ['roles', 'teams'] },
    });
  });
});

describe('a client', () => {
  const released = {
    sub: 'ada',
    roles: ['seller'],
    groups: ['staff'],
    permissions: { 'https://a.example': ['read'] },
    customer_group: 'gold',
  };
  const claims = (mapping: Client['claims']) =>
    claimsForClient(released, ourClient(mapping ? { claims: mapping } : {}));

  test('reads roles, groups and customer group under their usual names, and no permissions', () => {
    expect(claims(undefined)).toEqual({ sub: 'ada', roles: ['seller'], groups: ['staff'], customer_group: 'gold' });
  });

  test('reads what its mapping names, under the names there, and nothing else', () => {
    expect(claims([{ value: 'roles', claim: 'job', format: 'text', prefix: 'x-' }])).toEqual({
      sub: 'ada',
      job: 'x-seller',
    });
    expect(claims([])).toEqual({ sub: 'ada' });
  });

  test('reads the permissions of the API that its mapping names', () => {
    const mapping = { value: 'permissions', claim: 'can', format: 'list' } as const;
    expect(claims([{ ...mapping, resourceServer: 'https://a.example' }])).toEqual({ sub: 'ada', can: ['read'] });
    expect(claims([{ ...mapping, resourceServer: 'https://b.example' }])).toEqual({ sub: 'ada' });
  });

  test('never has a claim of the protocol replaced', () => {
    expect(claims([{ value: 'roles', claim: 'sub', format: 'list' }])).toEqual({ sub: 'ada' });
  });

  test('is told by its mapping which claims may be left out', () => {
    const client = ourClient({ claims: [{ value: 'groups', claim: 'teams', format: 'list' }] });
    expect(mappedIn({ sub: 'ada', teams: ['staff'], other: 1 }, client)).toEqual([
      { value: 'groups', claim: 'teams', content: ['staff'] },
    ]);
  });
});

describe('an ID token', () => {
  const parts = { issuer: 'https://id.example.com', signing: [] };
  const whole = { sub: 'ada', roles: ['seller'], groups: ['a'.repeat(500)] };

  test('stays as it is within its budget', async () => {
    expect(await inRequest(() => fitIdToken(whole, ourClient(), parts))).toEqual(whole);
  });

  test('is shortened by the rule of its client, and keeps what no rule may drop', async () => {
    const client = ourClient({ tokenBudgetBytes: 500, overBudget: 'drop-groups' });
    expect(await inRequest(() => fitIdToken(whole, client, parts))).toEqual({
      sub: 'ada',
      roles: ['seller'],
      left_out: ['groups'],
    });
  });

  test('without a claim of access is never too long', async () => {
    const large = { sub: 'ada', name: 'a'.repeat(500) };
    const client = ourClient({ tokenBudgetBytes: 100 });
    expect(await inRequest(() => fitIdToken(large, client, parts))).toEqual(large);
  });
});
