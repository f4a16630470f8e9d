import { describe, expect, test } from '@jest/globals';
import { application, claimsOf, userinfo } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { flowRealm, signedIn, stores } from './flow-host.js';

const app = application('public');

const PROFILE = {
  name: 'Dora M. Doe',
  given_name: 'Dora',
  middle_name: 'May',
  family_name: 'Doe',
  nickname: 'Dodo',
  preferred_username: 'dora',
  profile: 'https://people.test/dora',
  picture: 'https://people.test/dora.png',
  website: 'https://dora.test',
  gender: 'female',
  birthdate: '1984-07-31',
  zoneinfo: 'Europe/Berlin',
  locale: 'de-CH',
  updated_at: expect.any(Number),
  // An attribute that the realm puts there: its first value.
  department: 'Sales',
};
const EMAIL = { email: 'dora@people.test', email_verified: false };
const PHONE = { phone_number: '+49 30 123456', phone_number_verified: true };
const ADDRESS = {
  address: {
    formatted: 'Weg 1\n10115 Berlin',
    street_address: 'Weg 1',
    locality: 'Berlin',
    region: 'BE',
    postal_code: '10115',
    country: 'DE',
  },
};

describe.each(stores)('on %s:', (kind) => {
  const host = useHost(flowRealm(kind));

  const said = async (params: Readonly<Record<string, string>>, username = 'dora') => {
    const { tokens } = await signedIn(host, app, params, username);
    const answer = (await (await userinfo(host, tokens.access_token)).json()) as Record<string, unknown>;
    const { sub, ...claims } = answer;
    expect(sub).toBe(claimsOf(tokens.id_token)['sub']);
    return { claims, idToken: claimsOf(tokens.id_token) };
  };

  // OpenID Connect Core 5.4.
  test.each<[string, object]>([
    ['profile', PROFILE],
    ['email', EMAIL],
    ['phone', PHONE],
    ['address', ADDRESS],
    ['attributes', { certificates: ['A', 'B'] }],
    ['profile email phone address', { ...PROFILE, ...EMAIL, ...PHONE, ...ADDRESS }],
  ])('the scope %s releases its claims and no other, at userinfo and in the ID token', async (scope, expected) => {
    const { claims, idToken } = await said({ scope: `openid ${scope}` });
    expect(claims).toEqual(expected);
    expect(idToken).toMatchObject(expected);
    expect(JSON.stringify(claims)).not.toContain('told to nobody');
  });

  test('the claims parameter asks for single ones, and gets them where it asks for them', async () => {
    const wanted = {
      userinfo: { address: null, phone_number: null, certificates: null },
      id_token: { birthdate: null },
    };
    const { claims, idToken } = await said({ claims: JSON.stringify(wanted) });
    expect(claims).toEqual({ ...ADDRESS, phone_number: '+49 30 123456', certificates: ['A', 'B'] });
    expect(idToken).toMatchObject({ birthdate: '1984-07-31' });
    expect(idToken).not.toHaveProperty('address');
  });

  test('the claims parameter asks for no more than the scopes that its client may ask for', async () => {
    const wanted = Object.fromEntries(
      ['email', 'name', 'phone_number', 'address', 'roles', 'groups', 'certificates', 'department'].map((claim) => [
        claim,
        null,
      ]),
    );
    const params = { claims: JSON.stringify({ userinfo: wanted, id_token: wanted }) };
    const { tokens } = await signedIn(host, application('tab-1'), params, 'dora');
    const shownClaims = (await (await userinfo(host, tokens.access_token)).json()) as Record<string, unknown>;
    expect(Object.keys(shownClaims).toSorted()).toEqual(['department', 'email', 'name', 'sub']);
    for (const claim of ['phone_number', 'address', 'roles', 'groups', 'certificates']) {
      expect(claimsOf(tokens.id_token)).not.toHaveProperty(claim);
    }
  });

  test('what is not known is left out; a list of attributes is there, and empty', async () => {
    const { claims } = await said({ scope: 'openid profile phone address attributes' }, 'bob');
    expect(claims).toEqual({
      name: 'Bob Brown',
      preferred_username: 'bob',
      updated_at: expect.any(Number),
      certificates: [],
    });
  });

  test('discovery names all of them', async () => {
    const answer = await fetch(`${host.issuer}/.well-known/openid-configuration`);
    const { claims_supported: claims, scopes_supported: scopes } = (await answer.json()) as Record<string, string[]>;
    expect(claims).toEqual(expect.arrayContaining([...Object.keys({ ...PROFILE, ...EMAIL, ...PHONE, ...ADDRESS })]));
    expect(claims).toContain('certificates');
    expect(scopes).toEqual(expect.arrayContaining(['profile', 'email', 'address', 'phone', 'attributes']));
  });
});
