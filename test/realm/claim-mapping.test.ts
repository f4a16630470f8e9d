import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type InputRead, readInput } from '../../src/base/problems/read-input.js';
import { placedSentence } from '../../src/sentences/sentence.js';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { mappedClaim } from '../../src/realm/claims/claim-mapping.js';
import { matchesAny } from '../../src/realm/resource-servers/name-pattern.js';
import { resourceServerInput } from '../../src/realm/resource-servers/resource-server-input.js';

const faultsOf = (read: InputRead<unknown>): string[] =>
  read.ok ? [] : read.problems.map((problem) => placedSentence(problem, 'en'));

describe('a claim by mapping', () => {
  const names = ['admin', 'doc-reader', 'not admin'];

  test('tells each name, with a prefix, as a list', () => {
    const mapping = { value: 'roles', claim: 'r', format: 'list', prefix: 'ROLE_' } as const;
    expect(mappedClaim(mapping, names)).toEqual(['ROLE_admin', 'ROLE_doc-reader', 'ROLE_not admin']);
    expect(mappedClaim(mapping, [])).toEqual([]);
  });

  test('tells names that match one of its patterns alone, whatever the prefix is', () => {
    const mapping = { value: 'roles', claim: 'r', format: 'list', prefix: 'doc-', only: ['doc-*', 'x'] } as const;
    expect(mappedClaim({ ...mapping, only: [...mapping.only] }, names)).toEqual(['doc-doc-reader']);
  });

  test('as a text never makes two names of one', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 })), fc.constantFrom(' ', ',', ', '), (all, separator) => {
        const text = mappedClaim({ value: 'groups', claim: 'g', format: 'text', separator }, all);
        const parts = typeof text === 'string' ? text.split(separator) : [];
        expect(parts.filter((name) => !all.includes(name))).toEqual([]);
      }),
    );
    expect(mappedClaim({ value: 'roles', claim: 'r', format: 'text' }, names)).toBe('admin doc-reader');
    expect(mappedClaim({ value: 'roles', claim: 'r', format: 'text' }, ['not admin'])).toBeUndefined();
  });

  test('knows * in a pattern for any run of characters', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 6 });
    fc.assert(
      fc.property(patterns, letters, (pattern, name) => {
        const naive = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
        expect(matchesAny([pattern], name)).toBe(naive.test(name));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a mapping is refused, by its field,', () => {
  const api = (claims: readonly object[]) =>
    faultsOf(readInput(resourceServerInput, { identifier: 'https://api.test', name: 'API', claims }));
  const client = (claims: readonly object[], others: object = {}) =>
    faultsOf(
      readInput(clientInput, {
        id: 'app',
        name: 'App',
        redirectUris: ['https://app.test/callback'],
        firstParty: true,
        scopes: ['openid', 'roles'],
        resourceServers: ['https://api.test'],
        claims,
        ...others,
      }),
    );

  test.each<[string, string]>([
    ['sub', 'claims.0.claim: That claim has a meaning of its own; take another name.'],
    ['scope', 'claims.0.claim: That claim has a meaning of its own; take another name.'],
    ['active', 'claims.0.claim: That claim has a meaning of its own; take another name.'],
    ['email', 'claims.0.claim: That claim has a meaning of its own; take another name.'],
    ['__proto__', 'claims.0.claim: A claim begins with a letter and has no spaces in it.'],
    ['constructor', 'claims.0.claim: That claim has a meaning of its own; take another name.'],
    ['toString', 'claims.0.claim: That claim has a meaning of its own; take another name.'],
    ['two words', 'claims.0.claim: A claim begins with a letter and has no spaces in it.'],
    ['a'.repeat(1_000_000), 'claims.0.claim: A claim begins with a letter and has no spaces in it.'],
  ])('for the claim %.12s', (claim, fault) => {
    expect(api([{ value: 'roles', claim }])).toEqual([fault]);
    expect(client([{ value: 'roles', claim }])).toEqual([fault]);
  });

  test.each<[string, readonly object[], RegExp]>([
    [
      'two claims of one name',
      [{ value: 'roles' }, { value: 'groups', claim: 'roles' }],
      /claims\.1\.claim: There are two claims roles/,
    ],
    ['a list with a separator', [{ value: 'roles', separator: ',' }], /claims\.0\.separator: Only a text/],
    ['an empty filter', [{ value: 'roles', only: [] }], /claims\.0\.only: /],
    ['a control character', [{ value: 'roles', prefix: 'a\u0000' }], /claims\.0\.prefix: has visible characters alone/],
    [
      'a separator that turns the text round',
      [{ value: 'roles', format: 'text', separator: '\u202e' }],
      /claims\.0\.separator: /,
    ],
    ['an operator of the store', [{ value: { $ne: 'roles' } }], /claims\.0\.value: /],
    ['a field that is not known', [{ value: 'roles', filter: 'x' }], /claims\.0: .*filter/],
    [
      'permissions of another API in an access token',
      [{ value: 'permissions', resourceServer: 'https://api.test' }],
      /claims\.0: .*resourceServer/,
    ],
  ])('for %s', (_what, claims, fault) => {
    expect(api(claims)).toEqual([expect.stringMatching(fault)]);
  });

  test('where the client is not told that at all', () => {
    const permissions = { value: 'permissions', claim: 'perms', resourceServer: 'https://api.test' };
    expect(client([permissions])).toEqual([]);
    expect(client([permissions], { firstParty: false })).toEqual([
      expect.stringContaining('Only a first-party client'),
    ]);
    expect(client([permissions], { resourceServers: [] })).toEqual([
      expect.stringContaining('which is none of resourceServers'),
    ]);
    expect(client([{ value: 'permissions' }])).toEqual([
      expect.stringContaining('claims.0.resourceServer: Name the resource server'),
    ]);
    expect(client([{ value: 'groups' }])).toEqual([
      'claims: The scope groups releases groups, and the client may not ask for it.',
    ]);
    expect(client([{ value: 'roles', resourceServer: 'https://api.test' }])).toEqual([
      expect.stringContaining('claims.0.resourceServer: Only permissions are those of one resource server'),
    ]);
  });
});
