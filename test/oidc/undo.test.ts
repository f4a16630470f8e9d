/** Requests that used up a code or refresh token and could not be answered. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AdapterPayload } from 'oidc-provider';
import type { Context } from 'koa';
import { now } from '../../src/base/clock.js';
import { StoreUnavailable } from '../../src/base/errors.js';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { refreshTokenAdapter } from '../../src/oidc/adapter/refresh-token-adapter.js';
import { tokenAdapter } from '../../src/oidc/adapter/token-adapter.js';
import { type PendingUndos, pendingUndos } from '../../src/oidc/request-scope/pending-undos.js';
import { requestScope } from '../../src/oidc/request-scope/request-scope-middleware.js';
import type { SettingsService } from '../../src/realm/settings/settings-service.js';
import { grants } from '../../src/sessions/grants/grant.js';
import { redeem as redeemAt, undoRedemption } from '../../src/sessions/tokens/redemption.js';
import { tokens } from '../../src/sessions/tokens/token.js';
import { insert } from '../../src/storage/write.js';
import type { Engine, EngineWrite } from '../../src/storage/engine.js';
import { openStore } from '../../src/storage/open-store.js';
import type { Realm, Store } from '../../src/storage/store.js';
import { type Database, databases } from '../storage/engines.js';
import { temporaryBox } from '../support/store.js';
import { GRANTED_SPECS, grantedIn, issueAccessToken } from './granted.js';

const codes = tokenAdapter('authorization-code');
const PAYLOAD: AdapterPayload = { accountId: 'u', clientId: 'c', grantId: 'g' };
const OLD = 'family.old';

/** Which writes get no answer: not done, or done nevertheless. */
type Fault = (write: EngineWrite) => 'lost' | 'unanswered' | undefined;

const failing = (engine: Engine, fault: () => Fault | undefined): Engine => ({
  ...engine,
  async write(writes, at) {
    const how = writes.map((write) => fault()?.(write)).find((each) => each !== undefined);
    const outcome = how === 'lost' ? undefined : await engine.write(writes, at);
    if (how !== undefined || !outcome) throw new StoreUnavailable('its primary is gone');
    return outcome;
  },
});
const newTokensAreLost: Fault = ({ kind, at }) => (kind === 'insert' && at.spec === tokens ? 'lost' : undefined);

describe.each(databases)('a request that can not be answered, on %s,', (_, make) => {
  let database: Database;
  let store: Store;
  let realm: Realm;
  let fault: Fault | undefined;
  let undos: PendingUndos;
  beforeEach(async () => {
    fault = undefined;
    undos = pendingUndos();
    database = await make();
    const engine = failing(await database.engine(), () => fault);
    store = await openStore({ specs: GRANTED_SPECS, box: temporaryBox(), engine });
    realm = store.in('default');
    await grantedIn(realm, now());
  });
  afterEach(async () => {
    await undos.close();
    await store.close();
    await database.drop();
  });

  /** The work of a request and the library's status for it; returns the final status. */
  async function request(work: () => Promise<unknown>, status = 200): Promise<number> {
    // The adapters read no settings, and only the query of the context.
    const settings = { get: () => Promise.resolve({}) } as unknown as SettingsService;
    const ctx = { status: 404, query: {}, req: {} } as unknown as Context;
    await requestScope(realm, settings, () => false, { undos, patience: 200 })(ctx, async () => {
      await work();
      ctx.status = status;
    });
    return ctx.status;
  }
  async function redeem(): Promise<void> {
    const found = await codes.find('code');
    if (!found || found['consumed'] !== undefined) throw new Error('The code is not good.');
    await codes.consume?.('code');
    await issueAccessToken(PAYLOAD, 60);
  }
  const rotateTo = (next: string) => async (): Promise<void> => {
    const found = await refreshTokenAdapter([]).find(OLD);
    if (!found || found['consumed'] !== undefined) throw new Error('The refresh token is not good.');
    await refreshTokenAdapter([]).consume?.(OLD);
    await refreshTokenAdapter([]).upsert(next, PAYLOAD, 60);
    await issueAccessToken(PAYLOAD, 60);
  };
  const issueOld = (): Promise<number> => request(() => refreshTokenAdapter([]).upsert(OLD, PAYLOAD, 60));
  const currentNow = async () => (await realm.of(tokens).get(hashOf('family')))?.current;
  const revoked = async (): Promise<boolean> => (await realm.of(grants).get('g'))?.revokedAt !== undefined;
  const consumed = async (): Promise<boolean> => (await realm.of(tokens).get(hashOf('code')))?.consumedAt !== undefined;

  test('since its new tokens were not written, leaves its refresh token good', async () => {
    await issueOld();
    fault = newTokensAreLost;
    await expect(request(rotateTo('family.lost'))).rejects.toBeInstanceOf(StoreUnavailable);
    fault = undefined;

    expect(await request(rotateTo('family.next'))).toBe(200);
    expect(await currentNow()).toBe(hashOf('family.next'));
    expect(await revoked()).toBe(false);
  });

  test('since the store did not say that it had rotated, is answered all the same or leaves its refresh token good', async () => {
    await issueOld();
    let said = false;
    fault = ({ kind }) => {
      if (kind !== 'replace' || said) return undefined;
      said = true;
      return 'unanswered';
    };
    const status = await request(rotateTo('family.lost')).catch((error: unknown) => error);
    await undos.idle();

    // A single durable step without an answer is undone; a step among others is looked up.
    expect(status).toEqual(realm.hasCheapCommits ? expect.any(StoreUnavailable) : 200);
    if (realm.hasCheapCommits) expect(await request(rotateTo('family.next'))).toBe(200);
    else expect(await currentNow()).toBe(hashOf('family.lost'));
  });

  test('and lost the race of a refresh token besides, leaves to the winner what it won', async () => {
    await issueOld();
    fault = ({ at }) => (at.spec === grants ? 'lost' : undefined);
    const lost = request(async () => {
      await rotateTo('family.lost')();
      await request(rotateTo('family.won'));
    });

    await expect(lost).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await currentNow()).toBe(hashOf('family.won'));
  });

  test('leaves its refresh token to a second hand, once', async () => {
    await issueOld();
    const late = request(async () => {
      await rotateTo('family.late')();
      fault = newTokensAreLost;
      await expect(request(rotateTo('family.lost'))).rejects.toBeInstanceOf(StoreUnavailable);
      fault = undefined;
    });

    expect(await late).toBe(200);
    expect(await currentNow()).toBe(hashOf('family.late'));
    await expect(request(rotateTo('family.next'))).rejects.toThrow('not good');
  });

  test('since its tokens were not written, leaves its code good for one redemption', async () => {
    fault = newTokensAreLost;
    await expect(request(redeem)).rejects.toBeInstanceOf(StoreUnavailable);
    fault = undefined;

    expect(await request(redeem)).toBe(200);
    expect(await revoked()).toBe(false);
    await expect(request(redeem)).rejects.toThrow('not good');
  });

  test('as the library found out itself, leaves its code good', async () => {
    expect(await request(redeem, 503)).toBe(503);
    expect(await consumed()).toBe(false);
  });

  test('leaves its code to a second hand, once', async () => {
    const late = request(async () => {
      await redeem();
      fault = newTokensAreLost;
      await expect(request(redeem)).rejects.toBeInstanceOf(StoreUnavailable);
      fault = undefined;
    });

    expect(await late).toBe(200);
    await expect(request(redeem)).rejects.toThrow('not good');
  });

  test('since its time was over, exchanges nothing: neither at once nor when the store answers', async () => {
    await issueOld();
    const family = await realm.of(tokens).get(hashOf('family'));
    if (!family) throw new Error('The refresh token is gone.');
    const { version: _, ...before } = family;
    const redemption = { before: family, presented: hashOf(OLD), after: { ...before, current: hashOf('family.late') } };
    let isBegun = false;
    const heldWrites = [
      { write: insert(tokens, { ...before, id: hashOf('late') }), alone: async () => (isBegun = true) },
    ];
    const late = redeemAt(realm, redemption, heldWrites, performance.now() - 1);

    await expect(late).rejects.toThrow('the time for this request is over');
    expect([isBegun, await currentNow()]).toEqual([false, hashOf(OLD)]);
    expect(await realm.of(tokens).get(hashOf('late'))).toBeUndefined();
  });

  test('has its client get the same successor for the whole of the reuse interval again', async () => {
    await issueOld();
    const family = await realm.of(tokens).get(hashOf('family'));
    if (!family) throw new Error('The refresh token is gone.');
    const { version, ...before } = family;
    const after = { ...before, current: hashOf('family.next'), previous: hashOf(OLD), rotatedAt: now() - 9_000 };
    await realm.of(tokens).replace(after, version);
    await undoRedemption(realm, { before: family, presented: hashOf(OLD), after, isRepeatable: true });

    const found = await realm.of(tokens).get(hashOf('family'));
    expect(found).toMatchObject({ current: hashOf('family.next'), previous: hashOf(OLD) });
    expect(found?.rotatedAt).toBeGreaterThan(now() - 5_000);
  });

  test('leaves its code as somebody else has written it since', async () => {
    const status = await request(async () => {
      await redeem();
      const stored = await realm.of(tokens).get(hashOf('code'));
      if (!stored) throw new Error('The code is gone.');
      const { version, ...code } = stored;
      await realm.of(tokens).replace(code, version);
      await realm.of(tokens).replace({ ...code, consumedAt: now() }, version + 1);
    }, 503);

    expect(status).toBe(503);
    expect(await consumed()).toBe(true);
  });

  test('does not become one by being refused: the code that came with a wrong parameter stays used up', async () => {
    expect(await request(redeem, 400)).toBe(400);
    expect(await consumed()).toBe(true);
  });

  test('gives back what it used up as soon as the store answers again', async () => {
    await issueOld();
    fault = (write) => {
      if (write.kind === 'insert') fault = () => 'lost';
      return newTokensAreLost(write);
    };
    await expect(request(rotateTo('family.lost'))).rejects.toBeInstanceOf(StoreUnavailable);
    fault = undefined;
    await undos.idle();
    expect(await currentNow()).toBe(hashOf(OLD));
  });
});
