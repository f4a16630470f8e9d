/** Keys change while two servers work, and relying parties keep what was published for as long as they are told to. */
import { describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify, decodeProtectedHeader } from 'jose';
import { hours, minutes, seconds } from '../../src/base/clock.js';
import { application, ask, claimsOf, codeOf, exchange, refresh } from '../support/application.js';
import type { Host } from '../support/host/host.js';
import { useHost } from '../support/host/use-host.js';
import { flowRealm, ORDERS, signedIn } from './flow-host.js';

const app = application('public');
const WITH_ORDERS = { scope: 'openid profile roles orders:read orders:write', resource: ORDERS };

/** Keeps the published keys for as long as it was told to, and never asks before: not even for a key that it does not know. */
function relyingParty(host: Host, server: number) {
  let cached: { readonly keys: JSONWebKeySet; readonly until: number } | undefined;
  let fetched = 0;
  return {
    fetched: () => fetched,
    async verify(token: string): Promise<string> {
      if (!cached || host.ahead() >= cached.until) {
        host.to(server);
        const answer = await fetch(`${host.issuer}/jwks`);
        host.to('each');
        const maxAge = Number(/max-age=(\d+)/.exec(answer.headers.get('cache-control') ?? '')?.[1]);
        cached = { keys: (await answer.json()) as JSONWebKeySet, until: host.ahead() + seconds(maxAge) };
        fetched++;
      }
      const currentDate = new Date(Date.now() + host.ahead());
      await jwtVerify(token, createLocalJWKSet(cached.keys), { issuer: host.issuer, currentDate });
      return decodeProtectedHeader(token).kid ?? '';
    },
  };
}

describe.each(['two on sqlite', 'two on mongodb'] as const)('%s:', (storeKind) => {
  const host = useHost(flowRealm(storeKind));

  const listed = async () => {
    const { code, out, err } = await host.command('keys', 'list');
    expect({ code, err }).toEqual({ code: 0, err: [] });
    return out.slice(1).map((line) => line.split(/ {2,}/));
  };

  test('a rotation under load lets no token fail at any relying party, and signs nobody out', async () => {
    const parties = [relyingParty(host, 0), relyingParty(host, 1)];
    const signed = await signedIn(host, app, WITH_ORDERS);
    let { tokens } = signed;
    /** Each with the moment at which it ends. */
    const alive: { readonly token: string; readonly until: number }[] = [];
    const seen = new Set<string>();
    const work = async (): Promise<void> => {
      for (let i = 0; i < 2; i++) {
        const next = await refresh(host, app, tokens.refresh_token, { resource: ORDERS });
        expect(next.status).toBe(200);
        tokens = next.body;
        for (const token of [tokens.access_token, tokens.id_token])
          alive.push({ token, until: seconds(Number(claimsOf(token)['exp'])) });
      }
      const at = Date.now() + host.ahead();
      for (const { token, until } of alive) {
        if (until <= at + seconds(5)) continue;
        for (const party of parties) seen.add(await party.verify(token));
      }
    };

    await work();
    const rotated = await host.command('keys', 'rotate');
    expect(rotated).toMatchObject({ code: 0, err: [] });
    expect(await listed()).toContainEqual(['signing', 'ES256', ...Array<unknown>(4).fill(expect.any(String))]);
    for (let passed = 0; passed < hours(2.2); passed += minutes(8)) {
      await host.advance(minutes(8));
      await work();
    }
    // The key before and the key after, of access tokens (ES256) and of ID tokens (RS256).
    expect(seen.size).toBe(4);
    for (const party of parties) expect(party.fetched()).toBeGreaterThan(5);

    // The cookie's key has not changed, but the session that it names goes on under other keys of tokens too.
    const silent = ask(host, app, { ...WITH_ORDERS, prompt: 'none' });
    const { status } = await exchange(host, silent, codeOf(await signed.visitor.visit(silent.url)));
    expect(status).toBe(200);
  });

  test('new keys of cookies and forms sign nobody out, and an old ID token is still a hint', async () => {
    const { visitor, tokens } = await signedIn(host, app, WITH_ORDERS);
    for (const use of ['cookies', 'csrf', 'signing']) {
      expect(await host.command('keys', 'rotate', use)).toMatchObject({ code: 0, err: [] });
    }
    for (const span of [minutes(50), minutes(50), hours(3)]) {
      await host.advance(span);
      const hint = { prompt: 'none', id_token_hint: tokens.id_token };
      const silent = ask(host, app, { ...WITH_ORDERS, ...hint });
      expect((await exchange(host, silent, codeOf(await visitor.visit(silent.url)))).status).toBe(200);
    }
  });

  test('a key that is ended verifies nothing any more, at both, once it was confirmed', async () => {
    const { tokens } = await signedIn(host, app, WITH_ORDERS);
    const { kid = '' } = decodeProtectedHeader(tokens.id_token);
    const unconfirmed = await host.command('keys', 'retire', kid);
    expect(unconfirmed.code).toBe(1);
    expect(unconfirmed.out.join(' ')).toContain('stops verifying');
    expect(unconfirmed.err.join(' ')).toContain(`keys retire ${kid} --yes`);
    expect((await listed()).flat()).toContain(kid);

    expect(await host.command('keys', 'retire', kid, '--yes')).toMatchObject({ code: 0, err: [] });
    expect((await listed()).flat()).not.toContain(kid);
    for (const server of [0, 1]) {
      host.to(server);
      const published = async () => ((await (await fetch(`${host.issuer}/jwks`)).json()) as JSONWebKeySet).keys;
      const until = performance.now() + 15_000;
      while ((await published()).some((key) => key.kid === kid) && performance.now() < until);
      expect((await published()).map((key) => key.kid)).not.toContain(kid);
      const next = await signedIn(host, app, WITH_ORDERS);
      expect(decodeProtectedHeader(next.tokens.id_token).kid).not.toBe(kid);
    }
    host.to('each');
  });
});
