import { describe, expect, test } from '@jest/globals';
import { COMPUTED_CLAIM_NAMES, COMPUTED_SCOPES } from '../../src/realm/claims/computed-claims.js';
import { ACCESS_CLAIMS, isTakenClaim } from '../../src/realm/claims/reserved-claims.js';
import { KNOWN_SCOPES } from '../../src/realm/resource-servers/known-scopes.js';
import { consent as german } from '../../views/locales/de/consent.js';
import { consent as english } from '../../views/locales/en/consent.js';

describe('a computed claim', () => {
  test.each(COMPUTED_CLAIM_NAMES)('%s is no claim of a protocol, and counts as one about access', (name) => {
    expect([isTakenClaim(name), ACCESS_CLAIMS.has(name)]).toEqual([false, true]);
  });

  test.each(COMPUTED_SCOPES)('is released by scope %s, which clients can ask for', (scope) => {
    expect(KNOWN_SCOPES).toContain(scope);
  });
});

test('The consent page has a sentence for every scope about a person, in both languages', () => {
  const named = KNOWN_SCOPES.filter((scope) => scope !== 'openid');
  for (const { scopes } of [english, german]) expect(named.filter((scope) => !scopes[scope])).toEqual([]);
});
