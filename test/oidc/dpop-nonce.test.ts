import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { minutes } from '../../src/base/clock.js';
import { dpopNonces } from '../../src/oidc/access-tokens/dpop-nonce.js';
import { passes } from '../support/passes.js';

const nonces = dpopNonces(Buffer.alloc(32, 1));

describe('a DPoP nonce', () => {
  afterEach(() => void jest.restoreAllMocks());

  test('is accepted for three minutes after it was given out, and no longer', () => {
    passes(-(Date.now() % minutes(1)));
    const nonce = nonces.next();
    expect(nonces.accepts(nonce)).toBe(true);
    passes(minutes(3));
    expect(nonces.accepts(nonce)).toBe(true);
    passes(minutes(1));
    expect(nonces.accepts(nonce)).toBe(false);
  });

  test('of a server whose clock is a minute ahead is accepted', () => {
    passes(minutes(1));
    const ahead = nonces.next();
    passes(-minutes(1));
    expect(nonces.accepts(ahead)).toBe(true);
    passes(-minutes(1));
    expect(nonces.accepts(ahead)).toBe(false);
  });

  test('is the same on every server, and another one in the next minute', () => {
    passes(0);
    expect(dpopNonces(Buffer.alloc(32, 1)).next()).toBe(nonces.next());
    const before = nonces.next();
    passes(minutes(1));
    expect(nonces.next()).not.toBe(before);
  });

  test('by another secret is not accepted, and nor is anything else', () => {
    for (const other of [dpopNonces(Buffer.alloc(32, 2)).next(), '', 'x', `${nonces.next()}=`]) {
      expect(nonces.accepts(other)).toBe(false);
    }
  });
});
