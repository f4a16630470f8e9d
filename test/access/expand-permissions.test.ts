import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { expand, narrow } from '../../src/access/model/expand-permissions.js';
import { covers } from '../../src/realm/resource-servers/permission-covers.js';
import { permissions } from './world.js';

test.each([
  ['orders:read', 'orders:read', true],
  ['orders', 'orders:lines:write', true],
  ['orders:lines', 'orders:lines:write', true],
  ['*', 'orders:read', true],
  ['orders:read', 'orders', false],
  ['orders', 'orders-old:read', false],
  ['order', 'orders:read', false],
  ['orders:', 'orders:read', false],
  ['', 'orders:read', false],
  ['orders:*', 'orders:read', true],
  ['orders:*', 'orders', false],
  ['orders:*', 'orders:lines:write', true],
  ['*:read', 'orders:read', true],
  ['*:read', 'orders:lines:read', false],
  ['orders:*:write', 'orders:lines:write', true],
  ['orders:*:write', 'orders:lines:read', false],
  ['orders:*:write', 'orders:write', false],
])('%p covers %p: %p', (node, permission, expected) => {
  expect(covers(node, permission)).toBe(expected);
});

describe('expanding', () => {
  test('equals the plain reading of the rule: covered, or implied by what is given, until nothing is added', () => {
    const nodes = fc.subarray(['*', '', 'orders', 'orders:read', 'orders:lines', 'refunds', 'refunds:make', 'ord']);
    fc.assert(
      fc.property(nodes, permissions, (held, declared) => {
        const given = new Set<string>(held);
        for (;;) {
          const size = given.size;
          for (const { name, implies } of declared) {
            if ([...given].some((node) => covers(node, name))) [name, ...implies].forEach((one) => given.add(one));
          }
          if (given.size === size) break;
        }
        const naive = declared.map(({ name }) => name).filter((name) => [...given].some((node) => covers(node, name)));
        expect(expand(held, { permissions: declared })).toEqual(naive);
      }),
      { numRuns: 1000 },
    );
  });

  test('gives in the order of declaration, each once, whatever implies what', () => {
    const declared = [
      { name: 'c', implies: [] },
      { name: 'b', implies: ['c', 'a'] },
      { name: 'a', implies: ['b'] },
    ];
    expect(expand(['a'], { permissions: declared })).toEqual(['c', 'b', 'a']);
  });
});

describe('narrowing to the granted scopes', () => {
  const declared = ['orders', 'orders:read', 'orders:write', 'refunds:make'];

  test('leaves all of it where no scope of this audience was granted', () => {
    expect(narrow(['orders:read', 'refunds:make'], ['openid', 'profile'], declared)).toEqual([
      'orders:read',
      'refunds:make',
    ]);
  });

  test('leaves what the granted scopes name or cover', () => {
    expect(narrow(['orders:read', 'refunds:make'], ['openid', 'orders:read'], declared)).toEqual(['orders:read']);
    expect(narrow(['orders:read', 'orders:write', 'refunds:make'], ['orders'], declared)).toEqual([
      'orders:read',
      'orders:write',
    ]);
  });

  test('leaves nothing where only scopes were granted that the subject does not hold', () => {
    expect(narrow(['orders:read'], ['refunds:make'], declared)).toEqual([]);
  });

  test('never takes a scope of the person for one of the audience', () => {
    expect(narrow(['roles:read', 'orders:read'], ['roles'], ['roles:read', 'orders:read'])).toEqual([
      'roles:read',
      'orders:read',
    ]);
  });

  test('never adds anything', () => {
    const some = fc.subarray([...declared, '*', 'openid']);
    fc.assert(
      fc.property(some, some, some, (held, granted, scopes) => {
        expect(held).toEqual(expect.arrayContaining([...narrow(held, granted, scopes)]));
      }),
    );
  });
});
