/** How long what is issued lives. */
import { describe, expect, jest, test, afterEach } from '@jest/globals';
import type { Client as LibraryClient, Grant, KoaContextWithOIDC, Session as LibrarySession } from 'oidc-provider';
import { lifetimes } from '../../src/oidc/configuration/lifetimes.js';
import type { Client } from '../../src/realm/clients/client.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import type { RequestScope } from '../../src/oidc/request-scope/request-scope.js';
import type { Session } from '../../src/sessions/session.js';
import type { Settings } from '../../src/realm/settings/settings.js';
import type { Realm } from '../../src/storage/store.js';
import { inRequest, libraryClient } from './request.js';

const HOUR = 3600;
const { ttl } = lifetimes;
const settings: Partial<Settings> = {
  refreshTokenIdleSeconds: 77,
  session: { idleSeconds: 600, absoluteSeconds: 7200 },
  rememberedSession: { idleSeconds: 6000, absoluteSeconds: 72_000 },
};
const ctx = {} as KoaContextWithOIDC;
const client = (about: Partial<Client> = {}) => libraryClient(about) as LibraryClient;

afterEach(() => void jest.restoreAllMocks());

/** The lifetime of an access token whose subject's access ends at this moment. */
const accessToken = (accessEndsAt: number | undefined, token: object, lifetimesOfClient: Client['lifetimes'] = {}) =>
  inRequest((scope) => {
    scope.issuances.plan(token, {
      claims: {},
      scope: [],
      format: { kind: 'opaque' },
      ...(accessEndsAt !== undefined && { accessEndsAt }),
    });
    return ttl.AccessToken(ctx, token as never, client({ lifetimes: lifetimesOfClient }));
  });

describe('an access token lives', () => {
  test('as long as its API says, before its client does', async () => {
    const token = { resourceServer: { accessTokenTTL: 300 } };
    expect(await accessToken(undefined, token, { accessTokenSeconds: 60 })).toBe(300);
  });

  test('without an API, as long as its client says, or an hour', async () => {
    expect(await accessToken(undefined, {}, { accessTokenSeconds: 60 })).toBe(60);
    expect(await accessToken(undefined, {})).toBe(HOUR);
  });

  test('no longer than the access that it speaks of, and never for no time at all', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(1_000_000);
    expect(await accessToken(1_000_000 + 90_999, {})).toBe(90);
    expect(await accessToken(1_000_000 + 9_000_000, {})).toBe(HOUR);
    expect(await accessToken(1_000_000 - 1, {})).toBe(1);
  });

  test('never unplanned', async () => {
    await expect(inRequest(() => ttl.AccessToken(ctx, {} as never, client()))).rejects.toThrow('nobody planned');
  });

  test('of a client itself, by the same rules', async () => {
    const token = { jti: 'own', resourceServer: { accessTokenTTL: 300 } };
    const lived = inRequest((scope) => {
      scope.issuances.plan(token, {
        claims: {},
        scope: [],
        format: { kind: 'opaque' },
        accessEndsAt: Date.now() + 5500,
      });
      return ttl.ClientCredentials(ctx, token as never);
    });
    expect(await lived).toBeLessThanOrEqual(5);
  });
});

test('an ID token lives as long as its client says, or an hour', async () => {
  expect(ttl.IdToken(ctx, {} as never, client({ lifetimes: { idTokenSeconds: 5 } }))).toBe(5);
  expect(ttl.IdToken(ctx, {} as never, client())).toBe(HOUR);
});

test('a refresh token lives as long as its client says, or the realm', async () => {
  const ofRealm = inRequest(() => ttl.RefreshToken(ctx, {} as never, client()), { settings });
  const ofClient = inRequest(
    () => ttl.RefreshToken(ctx, {} as never, client({ lifetimes: { refreshTokenIdleSeconds: 8 } })),
    {
      settings,
    },
  );
  expect([await ofRealm, await ofClient]).toEqual([77, 8]);
});

describe('a grant lives', () => {
  const grant = (scope: string) =>
    inRequest(() => ttl.Grant(ctx, { getOIDCScope: () => scope } as unknown as Grant), { settings });

  test('as long as the longest session, since its tokens end with one', async () => {
    expect(await grant('openid')).toBe(72_000);
    expect(await grant('')).toBe(72_000);
  });

  test('for a year with `offline_access`, and with no scope that only looks like it', async () => {
    expect(await grant('openid offline_access')).toBe(365 * 24 * HOUR);
    expect(await grant('openid offline_access_not')).toBe(72_000);
  });
});

describe('a session lives', () => {
  const cookie = hashOf('cookie');
  const session = (about: Partial<Session> | undefined, transient?: true) => {
    const found = about && { id: 's', version: 1, clients: [], ...about };
    const realm = { of: () => ({ findOne: async () => found, get: async () => undefined }) } as unknown as Realm;
    return inRequest(
      async (scope: RequestScope) => {
        await scope.reads.sessionByCookie(cookie);
        return ttl.Session(ctx, { transient } as unknown as LibrarySession);
      },
      { settings, realm },
    );
  };
  test('its idle time, longer where the browser keeps it', async () => {
    expect(await session(undefined, true)).toBe(600);
    expect(await session(undefined)).toBe(6000);
  });

  test('no longer than its absolute limit from where it began', async () => {
    const at = 1_000_000_000;
    jest.spyOn(Date, 'now').mockReturnValue(at);
    const began = at - 7_200_000 + 30_000;
    expect(await session({ startedAt: began }, true)).toBe(600);
    expect(await session({ startedAt: began, signedInAt: began, userId: 'ada' }, true)).toBe(30);
  });

  test('a second where it should be over, since the library wants a lifetime', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(1_000_000_000);
    expect(await session({ startedAt: 0, userId: 'ada' }, true)).toBe(1);
  });
});
