/** Clients that obey 503 and Retry-After keep their grants, whatever the store does meanwhile. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AdapterPayload } from 'oidc-provider';
import type { Context } from 'koa';
import { now, seconds } from '../../src/base/clock.js';
import { StoreUnavailable } from '../../src/base/errors.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { refreshTokenAdapter } from '../../src/oidc/adapter/refresh-token-adapter.js';
import { tokenAdapter } from '../../src/oidc/adapter/token-adapter.js';
import { type PendingUndos, pendingUndos } from '../../src/oidc/request-scope/pending-undos.js';
import { requestScope } from '../../src/oidc/request-scope/request-scope-middleware.js';
import type { SettingsService } from '../../src/realm/settings/settings-service.js';
import { grants } from '../../src/sessions/grants/grant.js';
import { newRefreshToken, parseRefreshToken } from '../../src/sessions/tokens/refresh-family.js';
import { type Token, tokens } from '../../src/sessions/tokens/token.js';
import type { Engine, EngineWrite } from '../../src/storage/engine.js';
import { openStore } from '../../src/storage/open-store.js';
import type { Realm, Store } from '../../src/storage/store.js';
import { type Database, databases } from '../storage/engines.js';
import { temporaryBox } from '../support/store.js';
import { GRANTED_SPECS, grantedIn, issueAccessToken } from './granted.js';
import { outages } from './outage.js';

const codes = tokenAdapter('authorization-code');
const refreshTokens = refreshTokenAdapter([]);
const payloadOf = (family: string): AdapterPayload => ({ accountId: 'u', clientId: 'c', grantId: family });
const HOUR = 3600;

/** A server: its own view of the store, and its pending undos. */
interface Server {
  readonly store: Store;
  readonly realm: Realm;
  readonly undos: PendingUndos;
  readonly patience: number;
}
type Answer = '503' | 'refused' | { readonly next: string };

// Every token comes from the same generator, so that a run can be repeated.
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** @param patience short, so that waits in vain are short */
async function serverOn(engine: Engine, patience = 60): Promise<Server> {
  const store = await openStore({ specs: GRANTED_SPECS, box, engine });
  return { store, realm: store.in('default'), undos: pendingUndos(), patience };
}
const box = temporaryBox();

async function exchangeAt(
  { realm, undos, patience }: Server,
  work: () => Promise<string | undefined>,
): Promise<Answer> {
  const settings = { get: () => Promise.resolve({}) } as unknown as SettingsService;
  const ctx = { status: 404, query: {}, req: {} } as unknown as Context;
  let next: string | undefined;
  try {
    await requestScope(realm, settings, () => false, { undos, patience })(ctx, async () => {
      next = await work();
      ctx.status = next === undefined ? 400 : 200;
    });
  } catch (error) {
    if (error instanceof StoreUnavailable) return '503';
    throw error;
  }
  return ctx.status === 200 && next !== undefined ? { next } : 'refused';
}

const refreshWith = (server: Server, family: string, token: string): Promise<Answer> =>
  exchangeAt(server, async () => {
    const found = await refreshTokens.find(token);
    if (!found || found['consumed'] !== undefined) return undefined;
    await refreshTokens.consume?.(token);
    const next = newRefreshToken(parseRefreshToken(token)?.family);
    await refreshTokens.upsert(next, payloadOf(family), HOUR);
    await issueAccessToken(payloadOf(family), 600);
    return next;
  });
const redeemAt = (server: Server, code: string): Promise<Answer> =>
  exchangeAt(server, async () => {
    const found = await codes.find(code);
    if (!found || found['consumed'] !== undefined) return undefined;
    await codes.consume?.(code);
    const next = newRefreshToken();
    await refreshTokens.upsert(next, payloadOf(code), HOUR);
    await issueAccessToken(payloadOf(code), 600);
    return next;
  });

async function grantFor(realm: Realm, code: string): Promise<void> {
  const at = now();
  const grant = {
    id: code,
    userId: 'u',
    clientId: 'c',
    startedAt: at,
    signOutEpoch: 0,
    payload: '{}',
    expiresAt: at + seconds(HOUR),
  };
  await Promise.all([realm.of(grants).insert(grant), realm.of(tokens).insert(codeDocument(code))]);
}

const codeDocument = (code: string): Token => ({
  id: hashOf(code),
  kind: 'authorization-code',
  clientId: 'c',
  userId: 'u',
  grantId: code,
  sessionBound: false,
  issuedAt: now(),
  payload: '{}',
  expiresAt: now() + seconds(HOUR),
});

/** Retries as long as it is asked to. */
async function persistently(ask: () => Promise<Answer>): Promise<Exclude<Answer, '503'>> {
  for (;;) {
    const answer = await ask();
    if (answer !== '503') return answer;
    await delay(10 + Math.random() * 40);
  }
}

const shapes = [
  ['one durable step', true],
  ['one step after the other', false],
] as const;

describe.each(shapes)('where an exchange is %s,', (_shape, hasCheapCommits) => {
  let database: Database;
  let engine: Engine;
  beforeEach(async () => {
    const [[, make]] = databases;
    database = await make();
    engine = { ...(await database.engine()), hasCheapCommits };
    const first = await openStore({ specs: GRANTED_SPECS, box, engine: { ...engine, close: () => Promise.resolve() } });
    await grantedIn(first.in('default'), now());
  });
  afterEach(async () => {
    await engine.close();
    await database.drop();
  });

  test('of 1,000 families none dies in outages, and each token is good once', async () => {
    const random = randomFrom(20261129);
    const outage = outages(engine, random);
    const servers = [await serverOn(outage.engine()), await serverOn(outage.engine())];
    const any = (): Server => servers[random() < 0.5 ? 0 : 1] as Server;
    const all = Array.from({ length: 1000 }, () => randomUUID());
    for (const code of all) await grantFor(any().realm, code);

    const used: [string, string][] = [];
    const dead: string[] = [];
    const over = new AbortController();
    const weather = (async () => {
      while (!over.signal.aborted) {
        await delay(200 + random() * 300);
        outage.begin();
        await delay(20 + random() * 60);
        outage.end();
      }
    })();
    async function client(code: string): Promise<void> {
      let answer = await persistently(() => redeemAt(any(), code));
      for (let times = 0; times < 2 && answer !== 'refused'; times++) {
        const { next } = answer;
        used.push([code, next]);
        answer = await persistently(() => refreshWith(any(), code, next));
      }
      if (answer === 'refused') dead.push(code);
    }
    const left = [...all];
    await Promise.all(
      Array.from({ length: 40 }, async () => {
        for (let code = left.pop(); code !== undefined; code = left.pop()) await client(code);
      }),
    );
    over.abort();
    await weather;
    await outage.landed();
    await Promise.all(servers.map(({ undos }) => undos.idle()));

    expect(dead).toHaveLength(0);
    // Used tokens stay used, even if an outage restored them in between. Once per grant, since that ends it, and by a server
    // with enough time to find out.
    const patient = { ...any(), patience: seconds(5) };
    const again = await Promise.all(used.slice(0, 50).map(([code, token]) => refreshWith(patient, code, token)));
    const codesAgain = await Promise.all(all.slice(0, 50).map((code) => redeemAt(patient, code)));
    expect([...again, ...codesAgain].filter((answer) => answer !== 'refused')).toEqual([]);
    await Promise.all(servers.map(({ undos }) => undos.close()));
  });

  describe('a refresh token', () => {
    /** Works like the store until it is stopped, which simulates the end of its process. */
    function mortal(inner: Engine): { readonly engine: Engine; diesAt: (write: EngineWrite) => boolean } {
      let isDead = false;
      const never = new Promise<never>(() => undefined);
      const mortal = {
        diesAt: (_: EngineWrite): boolean => false,
        engine: {
          ...inner,
          get: (...given: Parameters<Engine['get']>) => (isDead ? never : inner.get(...given)),
          write: (...given: Parameters<Engine['write']>) => {
            isDead ||= given[0].some((write) => mortal.diesAt(write));
            return isDead ? never : inner.write(...given);
          },
          close: () => Promise.resolve(),
        },
      };
      return mortal;
    }
    const isNewToken = ({ kind, at }: EngineWrite): boolean => kind === 'insert' && at.spec === tokens;

    async function issued(server: Server): Promise<{ readonly code: string; readonly token: string }> {
      const code = randomUUID();
      await grantFor(server.realm, code);
      const answer = await redeemAt(server, code);
      if (typeof answer === 'string') throw new Error(`The code was answered ${answer}.`);
      return { code, token: answer.next };
    }
    const familyOf = (token: string) => hashOf(parseRefreshToken(token)?.family ?? '');

    test('whose server ended before it could write the new tokens is good at another, once', async () => {
      const dying = mortal(engine);
      const [first, second] = [
        await serverOn(dying.engine),
        await serverOn({ ...engine, close: async () => undefined }),
      ];
      const { code, token } = await issued(first);
      dying.diesAt = isNewToken;
      expect(await refreshWith(first, code, token)).toBe('503');
      await Promise.race([first.undos.close(), delay(50)]);

      const answer = await refreshWith(second, code, token);
      expect(answer).toHaveProperty('next');
      expect(await refreshWith(second, code, token)).toBe('refused');
    });

    test('whose server is slow is good at one server, and the other ends the grant', async () => {
      let goOn = (): void => undefined;
      let isSlow = false;
      const slowly = new Promise<void>((resolve) => (goOn = resolve));
      const slow: Engine = {
        ...engine,
        close: () => Promise.resolve(),
        write: async (...given) => {
          if (isSlow && given[0].some(isNewToken)) await slowly;
          return engine.write(...given);
        },
      };
      const [first, second] = [await serverOn(slow, 5000), await serverOn({ ...engine, close: async () => undefined })];
      const { code, token } = await issued(first);
      isSlow = true;
      const answers = [refreshWith(first, code, token), delay(20).then(() => refreshWith(second, code, token))];
      await answers[1];
      goOn();

      expect((await Promise.all(answers)).filter((answer) => typeof answer === 'object')).toHaveLength(1);
      expect(await first.realm.of(grants).get(code)).toHaveProperty('revokedAt');
    });

    test('whose new tokens are written in the very moment in which another server takes them for lost, is good at one of the two', async () => {
      const landing = Promise.withResolvers<undefined>();
      const landed = Promise.withResolvers<undefined>();
      let isSlow = false;
      const slow: Engine = {
        ...engine,
        close: () => Promise.resolve(),
        write: async (...given) => {
          if (!isSlow || !given[0].some(isNewToken)) return engine.write(...given);
          await landing.promise;
          return engine.write(...given).finally(() => landed.resolve(undefined));
        },
      };
      const isReceipt = (write: EngineWrite): boolean =>
        write.kind === 'insert' && write.at.spec === tokens && write.document['kind'] === 'receipt';
      const meeting: Engine = {
        ...engine,
        close: () => Promise.resolve(),
        write: async (...given) => {
          if (given[0].some(isReceipt)) {
            landing.resolve(undefined);
            await landed.promise;
          }
          return engine.write(...given);
        },
      };
      const [first, second] = [await serverOn(slow, 5000), await serverOn(meeting, 5000)];
      const { code, token } = await issued(first);
      isSlow = true;
      const answers = [refreshWith(first, code, token), delay(20).then(() => refreshWith(second, code, token))];
      await answers[1];
      landing.resolve(undefined);

      expect((await Promise.all(answers)).filter((answer) => typeof answer === 'object')).toHaveLength(1);
    });

    test('that was exchanged is used, also once its access token has expired', async () => {
      const server = await serverOn({ ...engine, close: async () => undefined });
      const { code, token } = await issued(server);
      expect(await refreshWith(server, code, token)).toHaveProperty('next');
      const family = await server.realm.of(tokens).get(familyOf(token));
      if (!family?.paidFor) throw new Error('It says nothing of what it was exchanged for.');
      await server.realm.of(tokens).remove(family.paidFor);
      const { version, ...document } = family;
      await server.realm.of(tokens).replace({ ...document, unansweredUntil: now() }, version);

      expect(await refreshWith(server, code, token)).toBe('refused');
    });

    test('that can not be given back yet keeps nobody waiting for the answer, and waits for the store', async () => {
      let isAway = false;
      const away: Engine = {
        ...engine,
        close: () => Promise.resolve(),
        write: (...given) => {
          isAway ||= given[0].some(({ kind, at }) => kind === 'replace' && at.spec === tokens) && isAwaySoon;
          return isAway ? new Promise<never>(() => undefined) : engine.write(...given);
        },
      };
      let isAwaySoon = false;
      const server = await serverOn(away);
      const { code, token } = await issued(server);
      isAwaySoon = true;
      expect(await refreshWith(server, code, token)).toBe('503');
      const idle = server.undos.idle().then(() => 'idle');
      expect(await Promise.race([idle, delay(20, 'waits')])).toBe('waits');
    });
  });
});
