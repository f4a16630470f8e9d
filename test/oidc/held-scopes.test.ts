import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { covers } from '../../src/realm/resource-servers/permission-covers.js';
import { heldScopes } from '../../src/oidc/issuance/held-scopes.js';

describe('of the scopes that are asked for, those are left that', () => {
  test.each([
    ['are held', ['orders:read', 'orders:write'], ['orders:read'], ['orders:read']],
    ['stand as they were asked for', ['b', 'a'], ['a', 'b'], ['b', 'a']],
    ['are held below one that is not held whole', ['orders'], ['orders:read'], ['orders:read']],
    ['cover others and are held themselves', ['orders'], ['orders', 'orders:read'], ['orders']],
    ['come once', ['orders', 'orders:read'], ['orders:read'], ['orders:read']],
    ['are held at all', ['orders:write'], ['orders:read'], []],
  ])('%s', (_what, asked, held, left) => {
    expect(heldScopes(asked, held)).toEqual(left);
  });

  test('never name what is not held, nor what was not asked for', () => {
    const path = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.join(':'));
    const paths = fc.uniqueArray(path);
    fc.assert(
      fc.property(paths, paths, (asked, held) => {
        for (const scope of heldScopes(asked, held)) {
          expect(held).toContain(scope);
          expect(asked.some((name) => covers(name, scope))).toBe(true);
        }
      }),
    );
  });
});
