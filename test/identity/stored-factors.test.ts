import { expect, test } from '@jest/globals';
import { type SecondFactor, secondFactors } from '../../src/identity/second-factor/second-factor.js';
import {
  enrolledMethods,
  factorIn,
  methodsIn,
  withFactor,
  withoutFactor,
} from '../../src/identity/second-factor/stored-factors.js';
import { broughtUp } from '../../src/storage/migration/migrate-document.js';

/** The second factor as the first version stored it. */
const before = {
  ...{ id: 'alice', seed: 'JBSWY3DPEHPK3PXP', enrolledAt: 1000, lastStep: 7 },
  ...{ recoveryCodes: ['one', 'two'], recoveryCodesMadeAt: 2000 },
};
const read = (document: typeof before): SecondFactor =>
  broughtUp(secondFactors, document, 1) as typeof document & SecondFactor;

test('a document of the first version is read, and stays readable for it', () => {
  const document = read(before);
  expect(methodsIn(document)).toEqual(['totp']);
  expect(factorIn(document, 'totp')).toEqual({
    ...{ method: 'totp', enrolledAt: 1000 },
    ...{ secret: 'JBSWY3DPEHPK3PXP', data: { lastStep: 7 } },
  });
  expect(factorIn(document, 'recovery-code')?.data).toEqual({ codes: ['one', 'two'] });
  expect(withFactor(document, { method: 'totp', enrolledAt: 1000, data: { lastStep: 8 } })).toEqual({
    ...before,
    lastStep: 8,
    others: [],
  });
  // A process of the first version wrote it again, and left unknown fields in.
  const token = { method: 'token', enrolledAt: 3000, secret: 'key', data: { used: 1 } };
  const both = withFactor(document, token) as SecondFactor & typeof before;
  expect(factorIn(read({ ...both, lastStep: 9 }), 'token')).toEqual(token);
});

test('a user of the first version has TOTP, and one without a second factor nothing', () => {
  expect(enrolledMethods({ secondFactorSince: 1000 })).toEqual(['totp']);
  expect(enrolledMethods({ secondFactorSince: 1000, secondFactorMethods: ['token'] })).toEqual(['token']);
  // A process of the first version removed the second factor.
  expect(enrolledMethods({ secondFactorMethods: ['token'] })).toEqual([]);
});

test('each method is added, replaced and removed by itself, with its secret', () => {
  const token = (secret: string) => ({ method: 'token', enrolledAt: 3000, secret, data: { used: 0 } });
  const card = { method: 'card', enrolledAt: 4000, data: { cell: 'B7' } };
  const both = withFactor(withFactor(read(before), token('first')), card);
  const replaced = withFactor(both, token('second'));
  expect([methodsIn(replaced), factorIn(replaced, 'token')?.secret]).toEqual([['totp', 'card', 'token'], 'second']);
  expect(replaced.otherSecrets).not.toContain('first');

  const removed = withoutFactor(replaced, 'token');
  expect([methodsIn(removed), removed.otherSecrets]).toEqual([['totp', 'card'], undefined]);
  expect(methodsIn(withoutFactor(removed, 'totp'))).toEqual(['card']);
  expect(factorIn(withoutFactor(removed, 'totp'), 'totp')).toBeUndefined();
  expect(factorIn(removed, 'card')).toEqual(card);
});

test('every secret of a second factor is stored sealed', () => {
  expect(secondFactors.sealed).toEqual(['seed', 'otherSecrets']);
});
