/** What a kind that has to ask for claims asks for. */
import { expect, test } from '@jest/globals';
import { claimsRead } from '../../../src/federation/connectors/claims-read.js';
import { connectorInput } from '../../../src/federation/connectors/connector-input.js';

const EMAIL = { field: 'email', from: 'email' };
const asked = (mapping: object, others: object = {}): readonly string[] =>
  claimsRead(connectorInput.parse({ id: 'corp', displayName: 'Corp', kind: 'oidc', mapping, ...others }));

test('the claims of the mapping and of the rules, each once', () => {
  const rules = { claims: [{ claim: 'hd', values: ['corp.test'] }] };
  expect(asked({ profile: [EMAIL, { field: 'name', from: 'name' }] }, { rules })).toEqual(['email', 'name', 'hd']);
});

test('whether the address is verified, where that counts: a provider may tell only one of the two in its ID token', () => {
  expect(asked({ profile: [EMAIL], emailTrust: 'claim' })).toEqual(['email', 'email_verified']);
  const own = { field: 'emailVerified', from: 'checked' };
  expect(asked({ profile: [EMAIL, own], emailTrust: 'claim' })).toEqual(['email', 'checked']);
  expect(asked({ profile: [{ field: 'name', from: 'name' }], emailTrust: 'claim' })).toEqual(['name']);
});
