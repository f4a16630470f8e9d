/** What holds for every preset, at a provider that answers as it is documented. Quirks of one have a file of their own. */
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mappingInput } from '../../../../src/federation/mapping/mapping-input.js';
import { oidcPresets } from '../../../../src/federation/oidc/presets/oidc-presets.js';
import { REDIRECT_URI, signIn, STATE } from '../connector.js';
import { caseOf, CASES } from './preset-cases.js';
import { mappedPerson, presetConnector, type PresetConnector, presetProblems, shortly } from './preset-connector.js';
import { type Claims, PresetProvider } from './preset-provider.js';

test('every preset has a case here, and rules that an administrator could write', () => {
  expect(CASES.map(({ preset }) => preset)).toEqual([...oidcPresets.keys()]);
  for (const { mapping } of oidcPresets.values()) expect(mappingInput.safeParse(mapping).success).toBe(true);
});

describe.each(CASES)('$preset:', (fixture) => {
  const { preset, document, written, idToken, userinfo, email, unverified } = fixture;
  let provider: PresetProvider;
  let made: PresetConnector;
  let told: Claims;

  beforeAll(async () => {
    provider = await PresetProvider.start(document);
  });
  beforeEach(() => {
    Object.assign(provider, { answers: {}, authorizationError: undefined, signsAsStranger: false });
    provider.knowsNonce = fixture.knowsNonce ?? true;
    provider.knowsPkce = fixture.knowsPkce ?? true;
    provider.authorizations.length = 0;
    provider.tokenRequests.length = 0;
    tell({});
    made = presetConnector(provider, { preset, ...written });
  });

  /** What the provider says of the person, with changes wherever it says so. */
  function tell(changes: Claims): void {
    const changed = (of: Claims): Claims => ({ ...of, ...changes });
    const [inToken, inUserinfo] = [idToken, userinfo ?? { sub: idToken['sub'] }];
    told = changed(inToken);
    provider.idToken = told;
    provider.userinfo = changed(inUserinfo);
  }
  const outcome = async (): Promise<string> => shortly(await signIn(made.connector, provider.browser));

  test('a person signs in, with a verified address', async () => {
    const person = await mappedPerson(made, provider);
    const { subject, username } = fixture;
    expect(person).toMatchObject({ subject, email, emailVerified: true });
    expect(person.username).toBe(username);
    expect(person.problems).toEqual([]);
    expect(made.events).toEqual([]);
  });

  test('a person without an address signs in', async () => {
    tell({ email: undefined, email_verified: undefined, xms_edov: undefined });
    const person = await mappedPerson(made, provider);
    expect(person).toMatchObject({ subject: fixture.subject, emailVerified: false });
    expect(person).not.toHaveProperty('email');
  });

  test('an address that nobody verified is no proof', async () => {
    tell(unverified);
    const person = await mappedPerson(made, provider);
    expect(person).toMatchObject({ email, emailVerified: false });
  });

  test('a person who presses cancel is not let in', async () => {
    for (const error of fixture.cancelled ?? ['access_denied']) {
      provider.authorizationError = error;
      expect(await outcome()).toBe('denied');
    }
    expect(made.events).toEqual([]);
  });

  test.each([
    ['server_error', 'upstream-error: server-error'],
    ['temporarily_unavailable', 'unavailable: temporarily-unavailable'],
    ['invalid_scope', 'misconfigured: scope-refused'],
  ])('the error %s of the authorization endpoint has a reason', async (error, expected) => {
    provider.authorizationError = error;
    expect(await outcome()).toBe(expected);
  });

  test.each([
    [400, 'invalid_grant', 'upstream-error: code-refused'],
    [401, 'invalid_client', 'misconfigured: client-refused'],
    [400, 'redirect_uri_mismatch', 'misconfigured: redirect-uri-refused'],
    [503, 'server_error', 'unavailable: server-failing'],
  ])('the error %d %s of the token endpoint has a reason', async (status, error, expected) => {
    provider.answers.token = { status, body: { error, error_description: 'as documented' } };
    expect(await outcome()).toBe(expected);
  });

  if (document.userinfo_endpoint !== undefined) {
    test('an error of userinfo signs nobody in', async () => {
      provider.answers.userinfo = { status: 401, body: { error: 'invalid_token' } };
      expect(await outcome()).toBe('upstream-error: userinfo-refused');
      provider.answers.userinfo = { body: { ...userinfo, sub: 'somebody-else' } };
      expect(await outcome()).toBe('upstream-error: userinfo-subject');
    });
  }

  describe('whatever is switched off,', () => {
    test('an answer with another state is refused', async () => {
      const browser = async (url: string) => {
        const answer = await provider.browser(url);
        answer.set('state', 'another');
        return answer;
      };
      expect(shortly(await signIn(made.connector, browser))).toBe('upstream-error: answer-state');
      expect(provider.tokenRequests).toEqual([]);
    });

    test('an ID token under the key of a stranger is refused', async () => {
      provider.signsAsStranger = true;
      expect(await outcome()).toBe('upstream-error: signature-invalid');
    });

    test.each<[string, Claims, string]>([
      ['of another issuer', { iss: 'https://issuer.test' }, 'upstream-error: token-issuer'],
      ['for another client', { aud: 'another' }, 'upstream-error: token-audience'],
      ['that has ended', { exp: Math.floor(Date.now() / 1000) - 60 }, 'upstream-error: token-expired'],
      ['from before the sign-in', { iat: Math.floor(Date.now() / 1000) - 3600 }, 'upstream-error: token-too-old'],
      ['of nobody', { sub: '' }, 'upstream-error: subject-invalid'],
      ['with a nonce of another sign-in', { nonce: 'n'.repeat(43) }, 'upstream-error: token-nonce'],
    ])('an ID token %s is refused', async (_name, changes, expected) => {
      tell(changes);
      expect(await outcome()).toBe(expected);
    });

    test('a part of who somebody is must be there, and signed', async () => {
      for (const name of fixture.idClaims ?? ['sub']) {
        tell({ [name]: undefined });
        provider.userinfo = { ...provider.userinfo, [name]: idToken[name] };
        expect(await outcome()).toMatch(/subject-invalid|denied|token-invalid|token-issuer/);
      }
    });
  });

  const pkce = fixture.knowsPkce ?? true;
  const nonce = fixture.knowsNonce ?? true;

  test(`PKCE is ${pkce ? 'on' : 'off'}`, async () => {
    expect(await outcome()).toBe('ok');
    expect(provider.authorizations[0]?.get('code_challenge_method') ?? null).toBe(pkce ? 'S256' : null);
    expect(provider.tokenRequests[0]?.body.has('code_verifier')).toBe(pkce);
  });

  test(`the nonce is ${nonce ? 'on: an ID token without it is refused' : 'off'}`, async () => {
    expect(await outcome()).toBe('ok');
    expect(provider.authorizations[0]?.has('nonce')).toBe(nonce);
    provider.knowsNonce = false;
    // The library says that the claim is missing, which is no mismatch.
    expect(await outcome()).toBe(nonce ? 'upstream-error: token-invalid' : 'ok');
  });

  test('a code is never sent without a proof of the client', async () => {
    expect(await outcome()).toBe('ok');
    const [request] = provider.tokenRequests;
    expect([request?.authorization ?? request?.body.get('client_secret')]).toEqual([expect.stringMatching(/.{10}/)]);
    expect(request?.body.get('redirect_uri')).toBe(REDIRECT_URI);
  });

  test('what it kept for the way back fits, and has no secret of the connector', async () => {
    const begun = await made.connector.begin({ state: STATE });
    if (begun.kind !== 'begun') throw new Error(begun.kind);
    expect(begun.kept.length).toBeLessThan(2000);
    expect(begun.url + begun.kept).not.toContain('the-secret');
  });
});

describe('an administrator has to write no more than is needed:', () => {
  const needed: ReadonlyMap<string, readonly string[]> = new Map([
    ['microsoft', ['connection.tenants: oidc-tenants-missing']],
    ['microsoft-tenants', ['connection.tenants: oidc-tenants-missing']],
    ['apple', ['connection.keyId: oidc-proof-needs', 'connection.teamId: oidc-proof-needs']],
    ['okta', ['connection.issuer: wrong-type']],
    ['auth0', ['connection.issuer: wrong-type']],
    ['keycloak', ['connection.issuer: wrong-type']],
  ]);

  test.each([...oidcPresets.keys()])('%s', (preset) => {
    expect(presetProblems({ preset })).toEqual(needed.get(preset) ?? []);
    expect(presetProblems({ preset, ...caseOf(preset).written })).toEqual([]);
  });
});

test('an own setting comes before that of the preset', async () => {
  const { document, idToken } = caseOf('google');
  const provider = await PresetProvider.start(document);
  provider.idToken = idToken;
  const own = {
    subject: { emailVerified: 'never' },
    mapping: { profile: [{ field: 'email', from: 'email' }], emailTrust: 'claim' },
  };
  const person = await mappedPerson(presetConnector(provider, { preset: 'google', ...own }), provider);
  expect(person).toMatchObject({ email: 'bea@gmail.com', emailVerified: false, profile: {} });
  expect(person).not.toHaveProperty('username');
});

test('own rules have their own trust, and the rules of a preset keep what an administrator trusts', () => {
  const { document } = caseOf('google');
  const provider = { fetch: () => Promise.reject(new Error(document.at)) };
  const trustOf = (mapping: object) => presetConnector(provider, { preset: 'google', mapping }).mapping.emailTrust;
  expect(trustOf({})).toBe('claim');
  expect(trustOf({ emailTrust: 'never' })).toBe('never');
  expect(trustOf({ profile: [{ field: 'email', from: 'upn' }] })).toBe('never');
});
