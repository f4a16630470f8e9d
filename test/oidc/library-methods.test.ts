/** The replaced methods of the library, called as the library calls them. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import type { Grant, KoaContextWithOIDC, Provider, RefreshToken } from 'oidc-provider';
import { PASSWORD, TWO_FACTOR } from '../../src/base/authentication-level.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { useListedAcr } from '../../src/oidc/library/authorization/listed-acr.js';
import { giveBackBody } from '../../src/oidc/library/give-back-body.js';
import { introspectGrantedScope } from '../../src/oidc/library/token/introspected-scope.js';
import { newRefreshToken, parseRefreshToken } from '../../src/sessions/tokens/refresh-family.js';
import type { Token } from '../../src/sessions/tokens/token.js';
import type { Stored } from '../../src/storage/spec.js';
import { ORDERS } from '../access/world.js';
import { builtProvider } from './built-provider.js';
import { inRequest, libraryClient } from './request.js';

let provider: Provider;
beforeAll(async () => {
  provider = await builtProvider();
});

describe('the scopes that a grant has of a request', () => {
  const filtered = (oidc: object, granted = '') =>
    inRequest(
      () => {
        const grant = new provider.Grant({ accountId: 'ada', clientId: 'shop' });
        if (granted !== '') grant.addOIDCScope(granted);
        return grant.getOIDCScopeFiltered(new Set(['openid']));
      },
      { oidc },
    );
  const api = { resourceServers: { [ORDERS]: {} } };

  test('are not nothing for a request for an API, which is answered all the same', async () => {
    expect(await filtered({ route: 'authorization', ...api })).toBe(' ');
    expect(await filtered({ route: 'resume', ...api })).toBe(' ');
  });

  test('are what is granted otherwise', async () => {
    expect(await filtered({ route: 'authorization', ...api }, 'openid')).toBe('openid');
    expect(await filtered({ route: 'authorization', resourceServers: {} })).toBe('');
    expect(await filtered({ route: 'token', ...api })).toBe('');
  });
});

describe('the value of a refresh token', () => {
  const family = (about: Partial<Token> = {}): Stored<Token> => ({
    id: hashOf('family'),
    version: 1,
    kind: 'refresh-token',
    clientId: 'shop',
    sessionBound: false,
    issuedAt: 0,
    expiresAt: 1,
    ...about,
  });
  const made = (presented: string | undefined, refreshReuseSeconds = 0, again?: string) =>
    inRequest(
      ({ exchange }) => {
        if (again !== undefined) exchange.answerAgain(again);
        if (presented !== undefined) exchange.consumeRefreshToken(family(), hashOf(presented));
        const prototype = provider.RefreshToken.prototype as unknown as { generateTokenId: () => string };
        return [prototype.generateTokenId(), prototype.generateTokenId()];
      },
      { oidc: { client: libraryClient({ refreshReuseSeconds }), params: { refresh_token: presented } } },
    );
  const presented = newRefreshToken(undefined);
  const familyOf = (value: string | undefined) => parseRefreshToken(value ?? '')?.family;

  test('begins a family of its own, unless it succeeds another', async () => {
    const [first, second] = await made(undefined);
    expect(familyOf(first)).not.toBe(familyOf(second));
    const [successor] = await made(presented);
    expect(familyOf(successor)).toBe(familyOf(presented));
    expect(successor).not.toBe(presented);
  });

  test('is random, and follows from the one before only for a client with a reuse interval', async () => {
    const [a, b] = await made(presented);
    expect(a).not.toBe(b);
    const [c, d] = await made(presented, 10);
    expect(c).toBe(d);
    expect(familyOf(c)).toBe(familyOf(presented));
  });

  test('is the one that the client got already, where it asks again', async () => {
    expect(await made(presented, 10, 'got already')).toEqual(['got already', 'got already']);
  });
});

test('introspection of a refresh token answers what was granted of what was requested', () => {
  const grant = {
    getOIDCScopeFiltered: () => 'openid',
    getResourceScopeFiltered: (api: string) => (api === ORDERS ? 'orders:read' : ''),
  } as unknown as Grant;
  const introspected = (resource: unknown, of: Grant | undefined) => {
    const token = {
      scopes: new Set(['openid', 'orders:read', 'orders:write']),
      resource,
      scope: 'all',
    } as unknown as RefreshToken;
    introspectGrantedScope(token, of);
    return token.scope;
  };
  expect(introspected(ORDERS, grant)).toBe('openid orders:read');
  expect(introspected([ORDERS, 'https://stock.example'], grant)).toBe('openid orders:read');
  expect(introspected(undefined, grant)).toBe('openid');
  expect(introspected(ORDERS, undefined)).toBe('');
});

test('tokens carry the level that the request lists, and otherwise that of the session', () => {
  class RequestWithLevel {
    params: Record<string, unknown>;
    session = { acr: TWO_FACTOR };
    constructor(claims?: string) {
      this.params = { claims };
    }
    get acr(): string {
      return this.session.acr;
    }
  }
  const levelOf = (claims?: string) => {
    const oidc = new RequestWithLevel(claims);
    useListedAcr({ oidc } as unknown as Pick<KoaContextWithOIDC, 'oidc'>);
    return [oidc.acr, oidc.session.acr];
  };
  const listed = JSON.stringify({ id_token: { acr: { essential: true, value: PASSWORD } } });
  expect(levelOf(listed)).toEqual([PASSWORD, TWO_FACTOR]);
  expect(levelOf()).toEqual([TWO_FACTOR, TWO_FACTOR]);
});

test('a body that was read is read again as it was', async () => {
  const readAgain = async (body: string) => {
    const req = {} as unknown as IncomingMessage;
    giveBackBody(req, Buffer.from(body));
    const chunks: Buffer[] = [];
    for await (const chunk of req.iterator() as AsyncIterable<Buffer>) chunks.push(chunk);
    return [req.readable, Buffer.concat(chunks).toString()];
  };
  expect(await readAgain('a=%E9')).toEqual([true, 'a=%E9']);
  expect(await readAgain('')).toEqual([true, '']);
});

test('two identifiers of one replay are two, and of parallel ones one is first', async () => {
  const seen = new Set<string>();
  const insert = async ({ id }: { id: string }) => {
    const isNew = !seen.has(id);
    seen.add(id);
    return { ok: isNew };
  };
  const realm = { of: () => ({ insert }) };
  const { unique } = provider.ReplayDetection as unknown as {
    unique: (issuer: string, id: string, expiresAt: number) => Promise<boolean>;
  };
  const results = inRequest(
    () =>
      Promise.all([unique('shop', 'a', 9), unique('shop', 'a', 9), unique('shop', 'b', 9), unique('forum', 'a', 9)]),
    { realm: realm as never },
  );
  expect(await results).toEqual([true, false, true, true]);
});
