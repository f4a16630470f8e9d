/** What becomes of claims. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Changes, connectorTo, signIn } from './connector.js';
import { type LyingProvider, signWith, startLyingProvider } from './lying-provider.js';

let provider: LyingProvider;

beforeAll(async () => {
  provider = await startLyingProvider();
});
afterAll(() => provider.pause());
afterEach(() => provider.tellsTheTruth());

/** Signs in with these claims in the ID token. */
async function signedIn(claims: object, changes: Changes = {}) {
  provider.lies.claims = (honest) => ({ ...honest, ...claims });
  const connector = connectorTo(provider, changes);
  const outcome = await signIn(connector, provider.browser);
  return { outcome, events: connector.events, sent: connector.sent };
}

async function identity(claims: object, changes: Changes = {}) {
  const { outcome } = await signedIn(claims, changes);
  if (outcome.kind !== 'ok') throw new Error(JSON.stringify(outcome));
  return outcome.identity;
}

const asked = { claims: ['email'] };

describe('claims become texts', () => {
  test.each<[string, unknown, readonly string[] | undefined]>([
    ['a text', 'a', ['a']],
    ['true', true, ['true']],
    ['false', false, ['false']],
    ['a number', 42, ['42']],
    ['a list', ['b', 'a', 'b', 1, true], ['b', 'a', '1', 'true']],
    ['an empty text', '', undefined],
    ['an empty list', [], undefined],
    ['null', null, undefined],
    ['an object', { a: 1 }, undefined],
    ['a list of objects', [{ a: 1 }, 'a', ['b']], ['a']],
    ['half a character', '\ud800', undefined],
  ])('%s', async (_name, value, expected) => {
    expect((await identity({ value })).claims.get('value')).toEqual(expected);
  });

  test('without those of the token itself', async () => {
    const { claims } = await identity({ jti: 'x', at_hash: 'y', email: 'a@b.test' });
    expect([...claims.keys()].sort()).toEqual(['aud', 'email', 'iss', 'sub']);
  });

  test('without names that every object has', async () => {
    const lie = JSON.parse('{"__proto__": "x", "constructor": "x", "toString": "x", "fine": "x"}') as object;
    provider.lies.sign = (claims) =>
      signWith(provider.keys[0], Object.fromEntries([...Object.entries(claims), ...Object.entries(lie)]));
    const { claims } = await identity({});
    expect([...claims.keys()]).toContain('fine');
    for (const name of ['__proto__', 'constructor', 'toString']) expect(claims.has(name)).toBe(false);
  });
});

describe('claims are bounded:', () => {
  test('200 values of one, and the rest is reported as left out', async () => {
    const { outcome, events } = await signedIn({ many: Array.from({ length: 300 }, (_, at) => `v${at}`) });
    if (outcome.kind !== 'ok') throw new Error(outcome.kind);
    expect(outcome.identity.claims.get('many')).toHaveLength(200);
    expect(events).toEqual([{ reason: 'too-many-values' }]);
  });

  test('200 claims, and those that the mapping reads come first', async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`c${at}`, 'x']));
    const { claims } = await identity({ ...many, email: 'a@b.test' }, asked);
    expect(claims.size).toBe(200);
    expect(claims.get('email')).toEqual(['a@b.test']);
  });

  test('65,536 bytes of all values, and those that the mapping reads come first', async () => {
    const { claims } = await identity({ long: 'x'.repeat(65_530), email: 'a@b.test' }, asked);
    expect(claims.has('long')).toBe(false);
    expect(claims.get('email')).toEqual(['a@b.test']);
  });

  test('names of 255 characters', async () => {
    const { claims } = await identity({ ['n'.repeat(256)]: 'x' });
    expect([...claims.keys()].every((name) => name.length <= 255)).toBe(true);
  });
});

describe('groups', () => {
  const groups = { subject: { groups: 'roles' } };

  test('are those of the configured claim', async () => {
    expect((await identity({ roles: ['a', 'b', 'a'] }, groups)).groups).toEqual([{ name: 'a' }, { name: 'b' }]);
    expect((await identity({ roles: 'a' }, groups)).groups).toEqual([{ name: 'a' }]);
    expect((await identity({ roles: [] }, groups)).groups).toEqual([]);
  });

  test('are absent where the provider tells none, and where none are asked for', async () => {
    expect(await identity({}, groups)).not.toHaveProperty('groups');
    expect(await identity({ roles: null }, groups)).not.toHaveProperty('groups');
    expect(await identity({ roles: ['a'] })).not.toHaveProperty('groups');
  });

  test('elsewhere are not fetched, and then absent (Core 5.6.2)', async () => {
    const distributed = {
      _claim_names: { roles: 'there' },
      _claim_sources: { there: { endpoint: `${provider.issuer}/claims`, access_token: 'x' } },
    };
    const { outcome, sent } = await signedIn(distributed, groups);
    expect(outcome).toMatchObject({ kind: 'ok' });
    expect(outcome.kind === 'ok' && 'groups' in outcome.identity).toBe(false);
    expect(sent).not.toContain('/claims');
  });

  test('are never cut, since access hangs on them', async () => {
    const roles = Array.from({ length: 2001 }, (_, at) => `r${at}`);
    expect((await signedIn({ roles }, groups)).outcome).toEqual({ kind: 'upstream-error', reason: 'too-many-groups' });
    expect((await identity({ roles: roles.slice(1) }, groups)).groups).toHaveLength(2000);
  });
});

describe('the level', () => {
  test('is acr, if it is a text', async () => {
    expect(await identity({ acr: 'urn:mfa' })).toMatchObject({ level: 'urn:mfa' });
    expect(await identity({ acr: 2 })).not.toHaveProperty('level');
    expect(await identity({ acr: 'x'.repeat(256) })).not.toHaveProperty('level');
    expect(await identity({})).not.toHaveProperty('level');
  });
});

describe('userinfo', () => {
  test('is asked for what the ID token lacks', async () => {
    const { claims } = await identity({}, asked);
    expect(claims.get('email')).toEqual(['user-1@upstream.test']);
    expect(claims.get('email_verified')).toEqual(['true']);
  });

  test('is asked for groups that the ID token lacks', async () => {
    provider.lies.reply.userinfo = (honest) => ({ body: { ...honest, roles: ['a'] } });
    expect((await identity({}, { subject: { groups: 'roles' } })).groups).toEqual([{ name: 'a' }]);
  });

  test('is not asked where the ID token has all, nor where the mapping reads nothing', async () => {
    await identity({ email: 'a@b.test' }, asked);
    await identity({});
    expect(provider.requests).not.toContain('userinfo');
  });

  test('is not asked where the provider has none', async () => {
    provider.lies.reply.discovery = ({ userinfo_endpoint: _, ...others }) => ({ body: others });
    expect((await identity({}, asked)).claims.has('email')).toBe(false);
  });

  test('changes nothing of what is signed', async () => {
    provider.lies.reply.userinfo = (honest) => ({ body: { ...honest, name: 'Other', acr: 'urn:mfa' } });
    const read = await identity({ name: 'Signed' }, asked);
    expect(read.claims.get('name')).toEqual(['Signed']);
    expect(read).not.toHaveProperty('level');
  });

  test.each<[string, object, string]>([
    ['another user', { sub: 'user-2' }, 'userinfo-subject'],
    ['nobody', { sub: undefined }, 'body-invalid'],
    ['a number', { sub: 1 }, 'body-invalid'],
  ])('that tells of %s is refused', async (_name, lie, reason) => {
    provider.lies.reply.userinfo = (honest) => ({ body: { ...honest, ...lie } });
    expect((await signedIn({}, asked)).outcome).toEqual({ kind: 'upstream-error', reason });
  });

  describe('as a JWT', () => {
    const reply = (jwt: string) => () => ({ headers: { 'content-type': 'application/jwt' }, body: jwt });
    const told = () => ({ sub: 'user-1', aud: provider.clientId, iss: provider.issuer, email: 'signed@b.test' });

    test('needs a signature of the provider', async () => {
      provider.lies.reply.discovery = (honest) => ({
        body: { ...honest, userinfo_signing_alg_values_supported: ['ES256', 'none'] },
      });
      const jwt = await signWith(provider.keys[0], told());
      provider.lies.reply.userinfo = reply(jwt);
      expect((await identity({}, asked)).claims.get('email')).toEqual(['signed@b.test']);
      provider.lies.reply.userinfo = reply(`${jwt.slice(0, -8)}AAAAAAAA`);
      expect((await signedIn({}, asked)).outcome).toMatchObject({ reason: 'signature-invalid' });
      const none = Buffer.from('{"alg":"none"}').toString('base64url');
      provider.lies.reply.userinfo = reply(`${none}.${jwt.split('.')[1] ?? ''}.`);
      expect((await signedIn({}, asked)).outcome).toMatchObject({ reason: 'algorithm-refused' });
    });
  });
});
