/** Login with Amazon as its preset has it, with answers in the shapes of developer.amazon.com. */
import { expect, test } from '@jest/globals';
import type { Reply } from '../oidc/lying-provider.js';
import { begun, connectorTo, personOf, short, signIn, type Written } from './connector.js';
import { type Answers } from './stand-in.js';
import { useStandIn } from './use-stand-in.js';

const TOKEN = 'api.amazon.com/auth/o2/token';
const PROFILE = 'api.amazon.com/user/profile';

const json = (body: unknown, status = 200): Reply => ({
  ...{ status, body },
  headers: { 'content-type': 'application/json;charset=UTF-8' },
});
const PERSON = { user_id: 'amzn1.account.K2LI23KL2LK2', name: 'John Doe' };
const honest: Answers = {
  [TOKEN]: json({ access_token: 'Atza|IQEBLjAsAhRmHjNgHpi0U-Dme37rR6CuUpSR', token_type: 'bearer', expires_in: 3600 }),
  [PROFILE]: json({ ...PERSON, email: 'johndoe@example.test' }),
};

const standIn = useStandIn(honest);

const amazon = (written: Written = {}) => connectorTo(standIn, { preset: 'amazon', ...written });
const answering = (answers: Answers): void => {
  standIn.answers = { ...honest, ...answers };
};

test('a person has the user id, a name, and an address that nobody vouches for', async () => {
  const { subject, claims } = personOf(await signIn(amazon()));
  expect(subject).toBe('amzn1.account.K2LI23KL2LK2');
  expect(claims).toMatchObject({ name: 'John Doe', email: 'johndoe@example.test', email_verified: 'false' });
  expect((await begun(amazon())).url.href).toMatch(/^https:\/\/www\.amazon\.com\/ap\/oa\?/);
  expect(standIn.last(TOKEN).form.get('grant_type')).toBe('authorization_code');
});

test('a person without an address signs in', async () => {
  answering({ [PROFILE]: json({ user_id: PERSON.user_id }) });
  const { claims } = personOf(await signIn(amazon()));
  expect(Object.keys(claims)).not.toContain('email');
});

test('who cancels there is denied', async () => {
  const answer = { error: 'access_denied', error_description: 'The resource owner denied the request.' };
  expect(short(await signIn(amazon(), answer))).toBe('denied');
});

test.each<[string, Reply, string]>([
  ['a wrong secret', json({ error: 'invalid_client', error_description: 'x' }, 401), 'misconfigured: client-refused'],
  ['a used code', json({ error: 'invalid_grant', error_description: 'x' }, 400), 'upstream-error: code-refused'],
  ['a failure of its own', json({ error: 'server_error' }, 500), 'unavailable: server-failing'],
])('%s at the token endpoint is told apart', async (_name, reply, expected) => {
  answering({ [TOKEN]: reply });
  expect(short(await signIn(amazon()))).toBe(expected);
});

test('a token that Amazon refuses signs nobody in', async () => {
  answering({ [PROFILE]: json({ error: 'invalid_token', error_description: 'x', request_id: 'y' }, 400) });
  expect(short(await signIn(amazon()))).toBe('upstream-error: userinfo-refused');
});

test('another region is a setting', async () => {
  standIn.answers = {
    'api.amazon.co.uk/auth/o2/token': honest[TOKEN] ?? {},
    'api.amazon.co.uk/user/profile': honest[PROFILE] ?? {},
  };
  const connector = amazon({
    connection: {
      authorizationEndpoint: 'https://eu.account.amazon.com/ap/oa',
      tokenEndpoint: 'https://api.amazon.co.uk/auth/o2/token',
    },
    subject: { profile: { url: 'https://api.amazon.co.uk/user/profile' } },
  });
  expect(short(await signIn(connector))).toBe('ok');
});
