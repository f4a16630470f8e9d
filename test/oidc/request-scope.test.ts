/** Tests of state per request: read once, held until the response is known, released if it is never sent. */
import { describe, expect, jest, test } from '@jest/globals';
import { hashOf } from '../../src/base/crypto/hash-of.js';
import { computation } from '../../src/oidc/request-scope/computation.js';
import { HeldWrites } from '../../src/oidc/request-scope/held-writes.js';
import { readOnce } from '../../src/oidc/request-scope/read-once.js';
import { RequestUndos } from '../../src/oidc/request-scope/request-undos.js';
import { currentScope } from '../../src/oidc/request-scope/request-scope.js';
import { sessionUidOf } from '../../src/oidc/request-scope/session-in-request.js';
import { TokenExchange } from '../../src/oidc/request-scope/token-exchange.js';
import { type Token, tokens } from '../../src/sessions/tokens/token.js';
import type { Stored } from '../../src/storage/spec.js';
import type { Realm } from '../../src/storage/store.js';
import { inRequest } from './request.js';

const token = (about: Partial<Token> = {}): Stored<Token> => ({
  id: hashOf('code'),
  version: 3,
  kind: 'authorization-code',
  clientId: 'c',
  sessionBound: false,
  issuedAt: 0,
  expiresAt: 1,
  ...about,
});

describe('a read', () => {
  test('of one key happens once, whoever asks', async () => {
    const read = jest.fn(async (key: string) => `value of ${key}`);
    const once = readOnce(read);
    expect(await Promise.all([once('a'), once('a'), once('b')])).toEqual(['value of a', 'value of a', 'value of b']);
    expect(read).toHaveBeenCalledTimes(2);
  });

  test('that nobody asked for is not made by looking', async () => {
    const once = readOnce(async (key: string) => key);
    expect(once.read('a')).toBeUndefined();
    await once('a');
    expect(await once.read('a')).toBe('a');
  });

  test('is not made of what is known already', async () => {
    const once = readOnce((): Promise<string> => Promise.reject(new Error('It was read.')));
    once.remember('a', 'known');
    expect(await once('a')).toBe('known');
  });
});

describe('a value of the request', () => {
  const SUM = computation<number>('sum');
  const OTHER = computation<number>('sum');

  test('is computed once for each of what it is made for', async () => {
    const compute = jest.fn(async () => 7);
    await inRequest(async (scope) => {
      await Promise.all([scope.compute(SUM, 'a', compute), scope.compute(SUM, 'a', compute)]);
      await scope.compute(SUM, 'b', compute);
      await scope.compute(OTHER, 'a', compute);
    });
    expect(compute).toHaveBeenCalledTimes(3);
  });

  test('that could not be computed is not tried again', async () => {
    const compute = jest.fn(() => Promise.reject(new Error('no')));
    await inRequest(async (scope) => {
      await expect(scope.compute(SUM, '', compute)).rejects.toThrow('no');
      await expect(scope.compute(SUM, '', async () => 7)).rejects.toThrow('no');
    });
    expect(compute).toHaveBeenCalledTimes(1);
  });
});

test('outside of a request there is no scope', () => {
  expect(() => currentScope()).toThrow('outside of a request scope');
});

test('a request acts in the session of its browser, or in that in which its interaction began', async () => {
  await inRequest((scope) => {
    expect(sessionUidOf(scope)).toBeUndefined();
    scope.continueInteraction({ uid: 'of the interaction' });
    expect(sessionUidOf(scope)).toBe('of the interaction');
  });
  await inRequest(
    (scope) => {
      scope.continueInteraction({ uid: 'of the interaction' });
      expect(sessionUidOf(scope)).toBe('of the browser');
    },
    { oidc: { session: { uid: 'of the browser' } } },
  );
});

describe('held writes', () => {
  const heldScope = () => {
    const collection = {
      insert: jest.fn(async () => ({ ok: true })),
      replace: jest.fn(async (_document: unknown, _expected: number) => ({ ok: false })),
    };
    return { writes: new HeldWrites({ of: () => collection } as unknown as Realm), collection };
  };

  test('reach the store only when they are made, and are given once', async () => {
    const { writes, collection } = heldScope();
    const { version: _, ...document } = token();
    writes.insert(tokens, document);
    writes.replace(tokens, document, 3);
    writes.work(async () => undefined);
    expect(collection.insert).not.toHaveBeenCalled();
    const waiting = writes.take();
    expect(await Promise.all(waiting.writes.map(({ alone }) => alone()))).toEqual([true, false]);
    expect(collection.replace).toHaveBeenCalledWith(document, 3);
    expect(waiting.works).toHaveLength(1);
    expect(writes.take()).toEqual({ writes: [], works: [], afterwards: [], settled: [] });
  });

  test('may be left out if they replace what somebody else wrote, and not if they are new', () => {
    const { writes } = heldScope();
    const { version: _, ...document } = token();
    writes.insert(tokens, document);
    writes.replace(tokens, document, 3);
    expect(writes.take().writes.map(({ isOptional }) => isOptional ?? false)).toEqual([false, true]);
  });

  test('that belong together are one message, and tried again together: none is written without those before it', async () => {
    const { writes, collection } = heldScope();
    const { version: _, ...document } = token();
    const [one, other] = [document, { ...document, id: hashOf('other') }];
    writes.insertTogether(tokens, [one, other]);
    const [first, second] = writes.take().writes;
    expect(await second?.alone()).toBe(true);
    expect(collection.insert).not.toHaveBeenCalled();
    for (let tries = 0; tries < 2; tries++) {
      collection.insert.mockClear().mockRejectedValueOnce(new Error('the store does not answer'));
      await expect(first?.alone()).rejects.toThrow('does not answer');
      expect(collection.insert.mock.calls).toEqual([[one], [other]]);
    }
  });

  test('of which the last counts are made whatever the answer is', async () => {
    const { writes } = heldScope();
    const settled: string[] = [];
    writes.settle(async () => void settled.push('first'));
    writes.settle(async () => void settled.push('last'));
    for (const work of writes.take().settled) await work();
    expect(settled).toEqual(['last']);
  });
});

describe('what a request used up', () => {
  test('is given back once, and only if its answer was not sent', () => {
    const add = jest.fn();
    const undos = new RequestUndos({ add });
    const undo = async () => undefined;
    undos.add('code', undo);
    expect(add).not.toHaveBeenCalled();
    undos.giveBack();
    undos.giveBack();
    expect(add.mock.calls).toEqual([['code', undo]]);
  });

  test('is not given back if another request has it', () => {
    const add = jest.fn();
    const undos = new RequestUndos({ add });
    undos.add('code', async () => undefined);
    undos.forget();
    undos.giveBack();
    expect(add).not.toHaveBeenCalled();
  });
});

describe('an exchange', () => {
  const exchange = () => new TokenExchange({} as Realm, new RequestUndos({ add: () => undefined }));
  const SOON = performance.now() + 60_000;

  test('of nothing writes nothing', async () => {
    expect(await exchange().redeem([], SOON)).toBe('none');
    expect(await exchange().useUpCode(SOON)).toBe('none');
  });

  test('of a refresh token writes nothing before there is a successor, and nothing where the answer is an error', async () => {
    const rotating = exchange();
    rotating.consumeRefreshToken(token(), hashOf('presented'));
    expect(await rotating.redeem([], SOON)).toBe('none');
    rotating.succeedRefreshToken(token());
    expect(await rotating.useUpCode(SOON)).toBe('none');
  });

  test('knows what it redeems, and whether that is a refresh token', () => {
    const code = exchange();
    expect(code.redeeming).toBeUndefined();
    code.consumeCode(token());
    expect([code.redeeming?.version, code.rotating]).toEqual([3, undefined]);
    const rotating = exchange();
    rotating.consumeRefreshToken(token(), hashOf('presented'));
    expect(rotating.rotating?.version).toBe(3);
  });

  test('has no successor of nothing', () => {
    expect(() => exchange().succeedRefreshToken(token())).toThrow('No refresh token is being rotated.');
  });
});
