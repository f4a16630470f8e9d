/** X as its preset has it, with answers in the shapes of docs.x.com. */
import { hash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { Reply } from '../oidc/lying-provider.js';
import { begun, CLIENT_ID, connectorTo, personOf, SECRET, short, signIn, STATE } from './connector.js';
import { type Answers } from './stand-in.js';
import { useStandIn } from './use-stand-in.js';

const TOKEN = 'api.x.com/2/oauth2/token';
const PROFILE = 'api.x.com/2/users/me';

const json = (body: unknown, status = 200): Reply => ({
  ...{ status, body },
  headers: { 'content-type': 'application/json; charset=utf-8' },
});
const PERSON = { id: '2244994945', name: 'X Dev', username: 'TwitterDev', profile_image_url: 'https://pbs.test/x.jpg' };
const honest: Answers = {
  [TOKEN]: json({
    ...{ token_type: 'bearer', expires_in: 7200, access_token: 'bWtXb0FvM2FBaHlGRw' },
    scope: 'users.read tweet.read users.email',
  }),
  [PROFILE]: json({ data: { ...PERSON, confirmed_email: 'dev@example.test' } }),
};

const standIn = useStandIn(honest);

const x = () => connectorTo(standIn, { preset: 'x' });
const answering = (answers: Answers): void => {
  standIn.answers = { ...honest, ...answers };
};

test('a person is what lies under "data", and the confirmed address is verified', async () => {
  const { subject, claims } = personOf(await signIn(x()));
  expect(subject).toBe('2244994945');
  expect(claims).toMatchObject({
    ...{ preferred_username: 'TwitterDev', name: 'X Dev', picture: 'https://pbs.test/x.jpg' },
    ...{ email: 'dev@example.test', email_verified: 'true' },
  });
});

test('an address that is not the confirmed one is none', async () => {
  answering({ [PROFILE]: json({ data: { ...PERSON, email: 'other@example.test', email_verified: true } }) });
  const { claims } = personOf(await signIn(x()));
  expect(Object.keys(claims)).toEqual(expect.not.arrayContaining(['email', 'email_verified']));
});

test('X gets the secret by Basic, and the verifier of the challenge', async () => {
  const connector = x();
  const { url, kept } = await begun(connector);
  const query = new URLSearchParams({ state: STATE, code: 'c' });
  await connector.complete({ state: STATE, kept, query });
  const { headers, form } = standIn.last(TOKEN);
  // As X has it, which need not decode anything.
  const credentials = Buffer.from(`${CLIENT_ID}:${SECRET}`).toString('base64');
  expect(headers.get('authorization')).toBe(`Basic ${credentials}`);
  expect(form.has('client_secret')).toBe(false);
  const challenge = hash('sha256', form.get('code_verifier') ?? '', 'base64url');
  expect(challenge).toBe(url.searchParams.get('code_challenge'));
  expect(url.searchParams.get('code_challenge_method')).toBe('S256');
  expect(url.origin + url.pathname).toBe('https://x.com/i/oauth2/authorize');
});

test('who cancels there is denied', async () => {
  expect(short(await signIn(x(), { error: 'access_denied' }))).toBe('denied');
});

test.each<[string, Reply, string]>([
  ['a wrong secret', json({ error: 'unauthorized_client' }, 401), 'misconfigured: client-refused'],
  ['a used code', json({ error: 'invalid_request', error_description: 'x' }, 400), 'upstream-error: code-refused'],
  ['a list of errors', json({ errors: [{ message: 'x', code: 99 }] }), 'upstream-error: token-error'],
  ['a failure of its own', json({ title: 'Service Unavailable' }, 503), 'unavailable: server-failing'],
])('%s at the token endpoint is told apart', async (_name, reply, expected) => {
  answering({ [TOKEN]: reply });
  expect(short(await signIn(x()))).toBe(expected);
});

test.each<[string, Reply]>([
  ['status 200', json({ errors: [{ title: 'Forbidden', detail: 'x', type: 'https://api.x.com/2/problems/x' }] })],
  ['a problem of HTTP', { ...json({ title: 'Unauthorized', status: 401 }, 401) }],
])('an error of the profile with %s signs nobody in', async (_name, reply) => {
  answering({ [PROFILE]: reply });
  expect(short(await signIn(x()))).toBe('upstream-error: userinfo-refused');
});

test('an error beside the data is about something else', async () => {
  answering({ [PROFILE]: json({ data: PERSON, errors: [{ title: 'Field Authorization Error' }] }) });
  expect(personOf(await signIn(x())).subject).toBe('2244994945');
});
