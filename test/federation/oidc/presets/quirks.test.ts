/** What single providers do in ways of their own. */
import { describe, expect, test } from '@jest/globals';
import { signIn } from '../connector.js';
import { mappedPerson, presetConnector, shortly } from './preset-connector.js';
import { presetFixture } from './preset-fixture.js';
import { caseOf } from './preset-cases.js';
import { PresetProvider } from './preset-provider.js';

async function groupsAt(preset: string, subject: object = {}) {
  const fixture = await presetFixture(preset);
  const outcome = await signIn(fixture.connector({ subject }).connector, fixture.provider.browser);
  return outcome.kind === 'ok' ? outcome.identity.groups?.map(({ name }) => name) : outcome.kind;
}

describe('LinkedIn', () => {
  test('refuses a code verifier as a wrong client, and a plain connector would send one', async () => {
    const { provider } = await presetFixture('linkedin');
    const { issuer } = provider.document;
    const { connector } = presetConnector(provider, { connection: { issuer } });
    expect(shortly(await signIn(connector, provider.browser))).toBe('misconfigured: client-refused');
  });

  test('gets the secret in the body, and its locale, an object, is left out', async () => {
    const { provider, connector } = await presetFixture('linkedin');
    const outcome = await signIn(
      connector({ mapping: { profile: [{ field: 'locale', from: 'locale' }] } }).connector,
      provider.browser,
    );
    expect(provider.tokenRequests[0]).toMatchObject({ authorization: undefined });
    expect(provider.tokenRequests[0]?.body.get('client_secret')).toBe('the-secret');
    expect(outcome.kind === 'ok' && outcome.identity.claims.has('locale')).toBe(false);
  });

  test('accepts a code once: an answer that comes again signs nobody in', async () => {
    const { provider, connector } = await presetFixture('linkedin');
    const { connector: made } = connector();
    expect(shortly(await signIn(made, provider.browser))).toBe('ok');
    // As a provider answers a code that was used (RFC 6749 4.1.2).
    provider.answers.token = { status: 400, body: { error: 'invalid_grant' } };
    expect(shortly(await signIn(made, provider.browser))).toBe('upstream-error: code-refused');
  });

  test('of before 2024, by its former issuer, is another provider', async () => {
    const { provider, connector } = await presetFixture('linkedin');
    provider.idToken = { ...provider.idToken, iss: 'https://www.linkedin.com' };
    expect(shortly(await signIn(connector().connector, provider.browser))).toBe('upstream-error: token-issuer');
  });
});

describe('Slack', () => {
  test.each([
    ['invalid_code', 'upstream-error: token-error'],
    ['invalid_client_id', 'misconfigured: client-refused'],
    ['bad_client_secret', 'misconfigured: client-refused'],
    ['bad_redirect_uri', 'misconfigured: redirect-uri-refused'],
  ])('says %s with status 200', async (error, expected) => {
    const { provider, connector } = await presetFixture('slack');
    provider.answers.token = { body: { ok: false, error } };
    expect(shortly(await signIn(connector().connector, provider.browser))).toBe(expected);
  });

  test('says with status 200 that userinfo failed', async () => {
    const { provider, connector } = await presetFixture('slack');
    provider.answers.userinfo = { body: { ok: false, error: 'invalid_auth' } };
    expect(shortly(await signIn(connector().connector, provider.browser))).toBe('upstream-error: body-invalid');
  });

  test('has the same user id in two workspaces for two people', async () => {
    const { provider, connector, tell } = await presetFixture('slack');
    const { subject } = await mappedPerson(connector(), provider);
    tell({ 'https://slack.com/team_id': 'T0OTHER' });
    expect((await mappedPerson(connector(), provider)).subject).not.toBe(subject);
  });

  test('is asked for one workspace', async () => {
    const { provider, connector } = await presetFixture('slack');
    await signIn(
      connector({ connection: { parameters: [{ name: 'team', value: 'T0R7GR' }] } }).connector,
      provider.browser,
    );
    expect(provider.authorizations[0]?.get('team')).toBe('T0R7GR');
  });
});

describe('groups', () => {
  test('of Keycloak keep their path', async () => {
    expect(await groupsAt('keycloak')).toEqual(['/crew', '/crew/deck']);
  });

  test('of Okta are in the ID token', async () => {
    expect(await groupsAt('okta')).toEqual(['Everyone', 'crew']);
  });

  test('of GitLab are all of them by userinfo, or the direct ones', async () => {
    expect(await groupsAt('gitlab', { groups: 'groups' })).toEqual(['crew', 'crew/deck']);
    expect(await groupsAt('gitlab', { groups: 'groups_direct' })).toEqual(['crew']);
    expect(await groupsAt('gitlab')).toBeUndefined();
  });
});

test('no endpoint of a provider with TLS is without it, that for pushed requests included', async () => {
  const { document, written } = caseOf('okta');
  const content = { ...document.content, pushed_authorization_request_endpoint: 'http://127.0.0.1:9/par' };
  const provider = await PresetProvider.start({ ...document, content });
  const { connector } = presetConnector(provider, { preset: 'okta', ...written });
  expect(shortly(await signIn(connector, provider.browser))).toBe('upstream-error: discovery-invalid');
});

describe('Auth0', () => {
  const { document, idToken } = caseOf('auth0');

  test('has a slash at the end of the issuer, which may be left out in the settings, and not in a token', async () => {
    const provider = await PresetProvider.start(document);
    Object.assign(provider, { idToken, userinfo: { sub: idToken['sub'] } });
    const connection = { issuer: 'https://example.auth0.test' };
    const { connector } = presetConnector(provider, { preset: 'auth0', connection });
    expect(shortly(await signIn(connector, provider.browser))).toBe('ok');
    provider.idToken = { ...idToken, iss: 'https://example.auth0.test' };
    expect(shortly(await signIn(connector, provider.browser))).toBe('upstream-error: token-issuer');
  });
});
