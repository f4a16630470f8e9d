/** What the elements of a message say of themselves, beyond what an attack would change. */
import { describe, expect, test } from '@jest/globals';
import { minutes } from '../../../../src/base/clock.js';
import { response, timeText } from '../stand-in/response.js';
import { short } from './reading.js';

describe('a message is refused', () => {
  test('whose XML has other rules', () => {
    expect(short(`<?xml version="1.1"?>${response()}`)).toBe('saml-encoding');
    expect(short(`<?xml version="1.0" encoding="utf-8"?>${response()}`)).toBe('verified');
  });

  test('whose assertion has two issuers, or whose issuer is named by something else than its entity id', () => {
    const again = (xml: string): string =>
      xml.replace(/(<saml:Subject>)/, '<saml:Issuer>https://x.test</saml:Issuer>$1');
    expect(short(response({ beforeSigning: again }))).toBe('saml-issuer');
    const mail = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
    expect(short(response().replace('<saml:Issuer>', `<saml:Issuer Format="${mail}">`))).toBe('saml-issuer');
  });

  test('that is older or newer than its assertion says', () => {
    const at = Date.UTC(2026, 5, 1, 12);
    const young = {
      ...{ assertionIssuedAt: at, authnInstant: timeText(at), notBefore: null },
      ...{ notOnOrAfter: timeText(at + minutes(5)), confirmationNotOnOrAfter: timeText(at + minutes(5)) },
    };
    const issued = (issuedAt: number): string => short(response({ ...young, issuedAt }), { at });
    expect(issued(at)).toBe('verified');
    expect(issued(at - minutes(63))).toBe('saml-issue-instant');
    expect(issued(at + minutes(3))).toBe('saml-issue-instant');
  });

  test('whose assertion has a name that is too long to be remembered', () => {
    const named = (length: number): string => short(response({ assertionId: '_'.repeat(length) }));
    expect([named(255), named(256)]).toEqual(['verified', 'saml-message']);
  });
});
