import { describe, expect, test } from '@jest/globals';
import { mapIdentity } from '../../../src/federation/mapping/map-identity.js';
import { foldEmail } from '../../../src/identity/identifiers/normalize-identifier.js';
import { identityOf, mappingOf } from './identities.js';

const email = { field: 'email', from: 'email' };
const verified = (emailTrust: string, claims: Parameters<typeof identityOf>[0], ...more: object[]): boolean =>
  mapIdentity(mappingOf({ emailTrust, profile: [email, ...more] }), identityOf(claims)).emailVerified;
const address = 'ada@example.org';

describe('a mapped address is verified', () => {
  test.each<[boolean, string, Parameters<typeof identityOf>[0]]>([
    [false, 'never', { email: address, email_verified: 'true' }],
    [true, 'always', { email: address, email_verified: 'false' }],
    [true, 'always', { email: address }],
    [false, 'always', {}],
    [false, 'always', { email: 'nobody' }],
    [true, 'claim', { email: address, email_verified: 'true' }],
    [false, 'claim', { email: address, email_verified: 'false' }],
    [false, 'claim', { email: address, email_verified: 'TRUE' }],
    [false, 'claim', { email: address, email_verified: '1' }],
    [false, 'claim', { email: address, email_verified: ' true' }],
    [false, 'claim', { email: address, email_verified: ['true', 'false'] }],
    [false, 'claim', { email: address, email_verified: ['true', 'true'] }],
    [false, 'claim', { email: address, email_verified: [] }],
    [false, 'claim', { email: address, EMAIL_VERIFIED: 'true' }],
    [false, 'claim', { email: address }],
    [false, 'claim', { email_verified: 'true' }],
    [false, 'claim', { email: [address, 'victim@example.org'], email_verified: 'true' }],
  ])('%s, for trust %s and %j', (expected, trust, claims) => {
    expect(verified(trust, claims)).toBe(expected);
  });

  test('by a signal of the provider for this person, instead of email_verified', () => {
    const signal = { field: 'emailVerified', expression: 'claims.xms_edov.exists(one, one == "1" || one == "true")' };
    expect(verified('claim', { email: address, xms_edov: '1' }, signal)).toBe(true);
    expect(verified('claim', { email: address, xms_edov: '0', email_verified: 'true' }, signal)).toBe(false);
    expect(verified('claim', { email: address, email_verified: 'true' }, signal)).toBe(false);
  });

  test('not because nothing is said: the reason is in the trace', () => {
    const { trace } = mapIdentity(mappingOf({ emailTrust: 'claim', profile: [email] }), identityOf({ email: address }));
    expect(trace.at(-1)).toMatchObject({
      rule: { of: 'emailTrust' },
      outcome: 'set',
      value: 'false',
      why: { code: 'mapping-claim-missing', params: { claim: 'email_verified' } },
    });
  });
});

test('an address is compared in any case, with its domain in any alphabet, and no further', () => {
  const folded = (value: string): unknown => {
    const { email: found } = mapIdentity(mappingOf({ profile: [email] }), identityOf({ email: value }));
    return foldEmail(found ?? '');
  };
  expect(folded('Ada@Example.ORG')).toEqual(folded('ada@example.org'));
  expect(folded('ada@bücher.example')).toEqual(folded('ada@xn--bcher-kva.example'));
  expect(folded('ada+work@example.org')).not.toEqual(folded('ada@example.org'));
  expect(folded('a.da@example.org')).not.toEqual(folded('ada@example.org'));
});
