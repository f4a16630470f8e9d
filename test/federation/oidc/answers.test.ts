/** What the browser brings from the authorization endpoint, which anybody may have written. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { connectorTo, REDIRECT_URI, signIn, STATE, type TestConnector } from './connector.js';
import { type LyingProvider, startLyingProvider } from './lying-provider.js';

let provider: LyingProvider;

beforeAll(async () => {
  provider = await startLyingProvider();
});
afterAll(() => provider.pause());
afterEach(() => provider.tellsTheTruth());

interface Completed {
  readonly connector: TestConnector;
  readonly outcome: string;
}

/** Completes with an honest answer that was changed. */
async function answered(change: (query: URLSearchParams) => void): Promise<Completed> {
  const connector = connectorTo(provider);
  const outcome = await signIn(connector, async (url) => {
    const query = await provider.browser(url);
    change(query);
    return query;
  });
  return { connector, outcome: 'reason' in outcome ? `${outcome.kind}: ${outcome.reason}` : outcome.kind };
}

describe('an error of the provider', () => {
  const error = (code: string) => (query: URLSearchParams) => {
    query.delete('code');
    query.set('error', code);
    query.set('error_description', 'Text of the upstream');
  };

  test('access_denied is no fault', async () => {
    const { outcome, connector } = await answered(error('access_denied'));
    expect(outcome).toBe('denied');
    expect(connector.events).toEqual([]);
  });

  test.each([
    ['login_required', 'upstream-error: login-required'],
    ['interaction_required', 'upstream-error: interaction-required'],
    ['consent_required', 'upstream-error: consent-required'],
    ['account_selection_required', 'upstream-error: account-selection-required'],
    ['server_error', 'upstream-error: server-error'],
    ['temporarily_unavailable', 'unavailable: temporarily-unavailable'],
    ['invalid_request', 'misconfigured: request-refused'],
    ['invalid_scope', 'misconfigured: scope-refused'],
    ['unauthorized_client', 'misconfigured: client-not-allowed'],
    ['<script>alert(1)</script>', 'upstream-error: error-unknown'],
    ['constructor', 'upstream-error: error-unknown'],
  ])('%s is %s, and its text is not logged', async (code, expected) => {
    const { outcome, connector } = await answered(error(code));
    expect(outcome).toBe(expected);
    expect(connector.events).toEqual([{ reason: expected.split(': ')[1] }]);
  });

  test('says nothing of its health, since anybody can write it', async () => {
    const { connector } = await answered(error('server_error'));
    expect(connector.health()).toEqual({ state: 'unknown' });
  });

  test('with a state of somebody else is no denial', async () => {
    const { outcome } = await answered((query) => {
      error('access_denied')(query);
      query.set('state', 'other');
    });
    expect(outcome).toBe('upstream-error: answer-state');
  });
});

describe('refused, and no code is redeemed:', () => {
  test.each<[string, (query: URLSearchParams) => void, string]>([
    ['another state', (query) => query.set('state', 'other'), 'answer-state'],
    ['no state', (query) => query.delete('state'), 'answer-state'],
    ['two states', (query) => query.append('state', STATE), 'answer-invalid'],
    ['another issuer', (query) => query.set('iss', 'https://other.test'), 'answer-issuer'],
    ['no issuer, though it announces one', (query) => query.delete('iss'), 'answer-issuer'],
    ['two issuers', (query) => query.append('iss', provider.issuer), 'answer-issuer'],
    ['two codes', (query) => query.append('code', 'second'), 'answer-invalid'],
    ['no code', (query) => query.delete('code'), 'answer-invalid'],
    ['an empty code', (query) => query.set('code', ''), 'answer-invalid'],
    ['a code and an error', (query) => query.set('error', 'access_denied'), 'answer-invalid'],
    ['an ID token beside the code', (query) => query.set('id_token', 'x'), 'answer-invalid'],
    ['an access token beside the code', (query) => query.set('access_token', 'x'), 'answer-invalid'],
    ['an answer as a JWT', (query) => query.set('response', 'x'), 'answer-invalid'],
  ])('%s', async (_name, change, reason) => {
    const { outcome } = await answered(change);
    expect(outcome).toBe(`upstream-error: ${reason}`);
    expect(provider.requests).not.toContain('token');
  });
});

describe('another issuer is refused', () => {
  test('also where the provider announces none', async () => {
    provider.lies.reply.discovery = ({ authorization_response_iss_parameter_supported: _, ...others }) => ({
      body: others,
    });
    expect((await answered((query) => query.delete('iss'))).outcome).toBe('ok');
    expect((await answered((query) => query.set('iss', 'https://other.test'))).outcome).toBe(
      'upstream-error: answer-issuer',
    );
  });
});

describe('what a sign-in remembers', () => {
  test('is short, and its code verifier and redirect URI are sent with the code', async () => {
    const connector = connectorTo(provider);
    const begun = await connector.begin({ state: STATE, maxAgeSeconds: 3600 });
    if (begun.kind !== 'begun') throw new Error(begun.reason);
    expect(begun.kept.length).toBeLessThan(2000);
    const { searchParams } = new URL(begun.url);
    const nonce = searchParams.get('nonce');
    expect(begun.kept).toContain(nonce);
    const query = await provider.browser(begun.url);
    await connector.complete({ state: STATE, kept: begun.kept, query });
    const [sent] = provider.tokenRequests;
    const verifier = sent?.get('code_verifier') ?? '';
    const challenge = await crypto.subtle.digest('SHA-256', Buffer.from(verifier));
    expect(Buffer.from(challenge).toString('base64url')).toBe(searchParams.get('code_challenge'));
    expect(sent?.get('redirect_uri')).toBe(REDIRECT_URI);
    expect(sent?.get('code')).toBe('the-code');
  });

  test('is new for each sign-in', async () => {
    const connector = connectorTo(provider);
    const request = { state: STATE };
    const [one, other] = [await connector.begin(request), await connector.begin(request)];
    if (one.kind !== 'begun' || other.kind !== 'begun') throw new Error('It did not begin.');
    const of = ({ url }: { url: string }, name: string) => new URL(url).searchParams.get(name);
    for (const name of ['nonce', 'code_challenge']) expect(of(one, name)).not.toBe(of(other, name));
  });

  const short = JSON.stringify({ nonce: 'n', codeVerifier: 'v'.repeat(43), begunAt: 0 });
  const shortVerifier = JSON.stringify({ nonce: 'n'.repeat(43), codeVerifier: 'v', begunAt: 0 });

  test.each(['', 'null', '{}', short, shortVerifier, '[]'])('cannot be %j', async (kept) => {
    const query = new URLSearchParams({ code: 'c', state: STATE, iss: provider.issuer });
    expect(await connectorTo(provider).complete({ state: STATE, kept, query })).toEqual({
      kind: 'upstream-error',
      reason: 'pending-unreadable',
    });
    expect(provider.requests).not.toContain('token');
  });

  test('of another sign-in does not fit', async () => {
    const connector = connectorTo(provider);
    const request = { state: STATE };
    const [one, other] = [await connector.begin(request), await connector.begin(request)];
    if (one.kind !== 'begun' || other.kind !== 'begun') throw new Error('It did not begin.');
    const query = await provider.browser(one.url);
    expect(await connector.complete({ state: STATE, kept: other.kept, query })).toEqual({
      kind: 'upstream-error',
      reason: 'token-nonce',
    });
  });
});
