/** Sessions: the library's payload and our document, the cookies, and where a sign-out leads. */
import { describe, expect, test } from '@jest/globals';
import type { Context } from 'koa';
import { minutes } from '../../src/base/clock.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { complete } from '../../src/oidc/adapter/model-adapter.js';
import { fromSession, toSession } from '../../src/oidc/adapter/session-payload.js';
import { cookies } from '../../src/oidc/configuration/cookies.js';
import { sessionIdBeforeReset } from '../../src/oidc/library/session-reset.js';
import { cookieNames, forgetSessionCookie } from '../../src/oidc/sign-out/session-cookie.js';
import { signOutRedirectOf } from '../../src/oidc/sign-out/sign-out-redirect.js';
import type { Session } from '../../src/sessions/session.js';
import type { Realm } from '../../src/storage/store.js';
import { inRequest } from './request.js';

const AT = 1_000_000;
const base: Session = {
  id: 'uid',
  cookie: hashOf('old'),
  userId: 'ada',
  startedAt: 10,
  signOutEpoch: 9,
  proofs: [{ method: 'pwd', at: 11 }],
  clients: [{ clientId: 'shop', sid: 'sid', grantId: 'g', offline: false }],
  payload: '{"acr":"a"}',
  expiresAt: 5_999_999,
};

describe('the library reads of a session', () => {
  test('its cookie, its end in seconds, and its clients', () => {
    expect(fromSession(base, 'cookie')).toEqual({
      kind: 'Session',
      jti: 'cookie',
      uid: 'uid',
      exp: 5999,
      acr: 'a',
      accountId: 'ada',
      authorizations: { shop: { sid: 'sid', grantId: 'g' } },
    });
  });

  test('which of its clients outlive a sign-out, and none with a name that every object has', () => {
    const clients = [
      { clientId: 'shop', sid: 's', offline: true },
      { clientId: '__proto__', sid: 't', offline: false },
    ];
    expect(fromSession({ ...base, clients }, 'c')['authorizations']).toEqual({
      shop: { sid: 's', persistsLogout: true },
    });
  });
});

describe('a session that the library saves', () => {
  const saved = (payload: object, about: Partial<Parameters<typeof toSession>[1]> = {}) =>
    toSession(
      { uid: 'uid', accountId: 'ada', ...payload },
      {
        base,
        cookie: hashOf('new'),
        reset: false,
        login: undefined,
        from: undefined,
        at: AT,
        expiresAt: 2 * AT,
        ...about,
      },
    );

  test('keeps its cookie until the library resets it', () => {
    expect(saved({}).cookie).toBe(hashOf('old'));
    expect(saved({}, { reset: true })).toMatchObject({
      cookie: hashOf('new'),
      formerCookie: hashOf('old'),
      formerUntil: AT + minutes(1),
    });
  });

  test('is found by no cookie of before when somebody else signs in (session fixation)', () => {
    const other = saved({ accountId: 'bob' }, { reset: true });
    expect(other).not.toHaveProperty('formerCookie');
    expect(other.userId).toBe('bob');
  });

  test('keeps where its person began, and begins anew for another', () => {
    expect(saved({})).toMatchObject({ startedAt: 10, signOutEpoch: 9 });
    const login = { proofs: [{ method: 'pwd' as const, at: 20 }], startedAt: 15, signOutEpoch: 14 };
    expect(saved({ accountId: 'bob' }, { login })).toMatchObject({
      startedAt: 15,
      signOutEpoch: 14,
      proofs: login.proofs,
    });
    expect(saved({ accountId: 'bob' })).toMatchObject({ startedAt: AT, signOutEpoch: AT - 1 });
  });

  test('is remembered unless the library calls it transient', () => {
    expect(saved({}).remembered).toBe(true);
    expect(saved({ transient: true }).remembered).toBe(false);
  });

  test('has the clients that have a name for it, and the rest of the payload as it is', () => {
    const authorizations = { shop: { sid: 's', persistsLogout: true }, forum: {} };
    const document = saved({ authorizations, acr: 'b', jti: 'secret', exp: 1, kind: 'Session' });
    expect(document.clients).toEqual([{ clientId: 'shop', sid: 's', offline: true }]);
    expect(JSON.parse(document.payload)).toEqual({ acr: 'b' });
  });

  test('needs a uid', () => {
    expect(() => saved({ uid: undefined })).toThrow('needs a uid');
  });
});

test('a reset is known by the identifier of before', () => {
  expect(sessionIdBeforeReset({ session: { oldId: 'old' } } as never)).toBe('old');
  expect(sessionIdBeforeReset({ session: {} } as never)).toBeUndefined();
  expect(sessionIdBeforeReset(undefined)).toBeUndefined();
});

describe('the session cookie', () => {
  const left = (set: readonly string[] | undefined): unknown => {
    let header: unknown = set;
    const res = {
      getHeader: () => header,
      setHeader: (_name: string, value: unknown) => (header = value),
      removeHeader: () => (header = undefined),
    };
    forgetSessionCookie({ res } as unknown as Context);
    return header;
  };

  test('is taken out of an answer with its signature, and every other stays', () => {
    const own = ['__Host-gatehouse-session=a', 'gatehouse-session.sig=b', '__Host-gatehouse-session.sig=c'];
    expect(left([...own, 'gatehouse-interaction=d'])).toEqual(['gatehouse-interaction=d']);
    expect(left(own)).toBeUndefined();
    expect(left(undefined)).toBeUndefined();
  });

  test('on https can be planted by no sibling host', () => {
    expect(cookieNames(true).session).toMatch(/^__Host-/);
    expect(cookieNames(false).session).not.toMatch(/^__/);
    const { long } = cookies(['k'], new URL('https://id.example.com')).cookies ?? {};
    expect(long).toMatchObject({ secure: true, httpOnly: true, sameSite: 'lax', signed: true, path: '/' });
    expect(cookies(['k'], new URL('http://localhost:3000')).cookies?.long?.secure).toBe(false);
  });
});

describe('a confirmed sign-out', () => {
  const ISSUER = 'https://id.example.com';
  const redirect = (state: object | undefined, route = 'end_session_confirm') => {
    const payload = JSON.stringify(state ? { state } : {});
    const session = { ...base, userId: undefined, clients: [], payload, version: 1 };
    const realm = { of: () => ({ findOne: async () => session }) } as unknown as Realm;
    return inRequest(
      async (scope) => {
        await scope.reads.sessionByCookie(hashOf('cookie'));
        return signOutRedirectOf({ oidc: { route } } as unknown as Context, ISSUER);
      },
      { realm },
    );
  };

  test('leads where its client registered, byte for byte, with its state', async () => {
    const postLogoutRedirectUri = 'https://shop.example/bye?caf%E9';
    expect(await redirect({ postLogoutRedirectUri, state: 'x y' })).toBe('https://shop.example/bye?caf%E9&state=x+y');
    expect(await redirect({ postLogoutRedirectUri })).toBe(postLogoutRedirectUri);
  });

  test('leads nowhere else without such an address, or where a request goes on as another person', async () => {
    expect(await redirect(undefined)).toBeUndefined();
    expect(await redirect({})).toBeUndefined();
    expect(await redirect({ postLogoutRedirectUri: `${ISSUER}/auth/uid` })).toBeUndefined();
  });

  test('is one only at the route that confirms it', async () => {
    expect(await redirect({ postLogoutRedirectUri: 'https://shop.example/bye' }, 'end_session')).toBeUndefined();
    expect(signOutRedirectOf({} as Context, ISSUER)).toBeUndefined();
  });
});

test('an operation that a model does not offer is a bug, and says so', async () => {
  const adapter = complete('Grant', { upsert: async () => undefined, find: async () => undefined });
  await expect(adapter.consume('x')).rejects.toThrow('consume was asked of Grant');
  await expect(adapter.findByUserCode('x')).rejects.toThrow('findByUserCode');
  await expect(adapter.revokeByGrantId('x')).resolves.toBeUndefined();
});
