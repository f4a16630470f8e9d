import { describe, expect, test } from '@jest/globals';
import { mapIdentity } from '../../../src/federation/mapping/map-identity.js';
import type { UpstreamGroup } from '../../../src/identity/userstores/password-connector.js';
import { identityOf, mappingOf } from './identities.js';

const mapped = (groups: readonly UpstreamGroup[] | undefined, ...rules: object[]) =>
  mapIdentity(mappingOf({ groups: rules }), identityOf({}, groups ? { groups } : {}));
const named = (...names: string[]): UpstreamGroup[] => names.map((name) => ({ name }));
const targets = (groups: readonly UpstreamGroup[], ...rules: object[]): unknown[] => {
  const found = mapped(groups, ...rules).groups;
  return found === 'not-told' ? [found] : found.map(({ kind, name }) => `${kind} ${name}`);
};

describe('a rule for groups', () => {
  test.each<[string, object, string[]]>([
    ['takes an exact name', { exact: 'Sales', to: { role: 'seller' } }, ['role seller']],
    ['takes no name in another case', { exact: 'sales', to: { role: 'seller' } }, []],
    ['takes no part of a name', { exact: 'admin', to: { role: 'admin' } }, []],
    ['takes a name with a comma whole', { exact: 'admin,x', to: { role: 'x' } }, ['role x']],
    ['compares a DN as one', { dn: 'CN=Smith\\2c John, OU=groups', to: { group: 'Smiths' } }, ['group Smiths']],
    ['takes no DN that differs', { dn: 'cn=Smith,ou=groups', to: { group: 'Smiths' } }, []],
    ['takes the rest after a prefix', { prefix: 'gh-', to: { role: '{}' }, for: ['seller'] }, ['role seller']],
    [
      'takes the rest for a template',
      { prefix: 'gh-', to: { group: 'Our {}' }, for: ['Our seller'] },
      ['group Our seller'],
    ],
    ['gives no name that is not listed', { prefix: 'gh-', to: { role: '{}' }, for: ['buyer'] }, []],
    ['takes a pattern', { pattern: 'gg-{}-{}', to: { role: '{} of {}' }, for: ['admin of eu'] }, ['role admin of eu']],
    ['gives one name for every listed form', { prefix: 'g', to: { role: 'any' }, for: ['any'] }, ['role any']],
    ['mirrors a group', { exact: 'Staff', to: { mirror: true } }, ['mirror Staff']],
    [
      'mirrors the listed groups of a prefix',
      { prefix: 'gh-', to: { mirror: true }, for: ['gh-clerk'] },
      ['mirror gh-clerk'],
    ],
    ['mirrors no group without an id', { exact: 'Sales', to: { mirror: true } }, []],
  ])('%s', (_, rule, expected) => {
    const groups = [
      ...named('Sales', 'admin,x', 'gh-seller', 'gh-admin', 'gg-admin-eu'),
      { name: 'Smith, John', dn: 'cn=Smith\\, John,ou=Groups' },
      ...['Staff', 'gh-clerk', 'gh-boss'].map((name) => ({ name, id: `id of ${name}` })),
    ];
    expect(targets(groups, rule)).toEqual(expected);
  });

  test('gives no role that a stranger named by a group of the upstream', () => {
    const { groups, trace } = mapped(named('gh-realm-admin'), { prefix: 'gh-', to: { role: '{}' }, for: ['seller'] });
    expect(groups).toEqual([]);
    expect(trace).toEqual([
      {
        rule: { of: 'groups', index: 0 },
        from: 'gh-realm-admin',
        outcome: 'refused',
        why: { code: 'mapping-not-listed', path: [], params: { name: 'realm-admin' } },
      },
    ]);
  });

  test('takes no name from a DN', () => {
    const groups = [{ name: 'x', dn: 'cn=admin\\,x,cn=admin' }];
    expect(targets(groups, { exact: 'admin', to: { role: 'a' } }, { dn: 'cn=admin', to: { role: 'a' } })).toEqual([]);
  });
});

describe('groups that the upstream', () => {
  const rule = { exact: 'Sales', to: { role: 'seller' } };

  test('did not report stay not told: that takes nothing away', () => {
    const { groups, trace } = mapped(undefined, rule);
    expect(groups).toBe('not-told');
    expect(trace).toMatchObject([{ outcome: 'empty', why: { code: 'mapping-groups-not-told' } }]);
  });

  test('reported as none leave nothing', () => {
    expect(mapped([], rule).groups).toEqual([]);
  });

  test('no longer reports give nothing any more', () => {
    expect(targets(named('Sales', 'Staff'), rule)).toEqual(['role seller']);
    expect(targets(named('Staff'), rule)).toEqual([]);
  });
});

describe('a target', () => {
  test('comes once, by the first rule and the smallest name', () => {
    const { groups, trace } = mapped(
      named('b', 'a'),
      { pattern: '{}', to: { role: 'r' }, for: ['r'] },
      { exact: 'a', to: { role: 'r' } },
    );
    expect(groups).toEqual([{ kind: 'role', name: 'r', rule: 0, from: 'a' }]);
    expect(trace.map(({ outcome, from }) => [outcome, from])).toEqual([
      ['set', 'a'],
      ['set', 'b'],
      ['set', 'a'],
    ]);
  });

  test('that is mirrored is known by its id, and two ids of one name are two groups', () => {
    const groups = [
      { id: '2', name: 'Sales' },
      { id: '1', name: 'Sales' },
      { id: '1', name: 'Sales' },
    ];
    expect(mapped(groups, { exact: 'Sales', to: { mirror: true } }).groups).toEqual([
      { kind: 'mirror', id: '1', name: 'Sales', rule: 0 },
      { kind: 'mirror', id: '2', name: 'Sales', rule: 0 },
    ]);
  });

  test.each<[string, UpstreamGroup]>([
    ['unseen-character', { id: '1', name: 'a\u200bb', dn: 'cn=a' }],
    ['text-too-long', { id: '1', name: 'a'.repeat(256), dn: 'cn=a' }],
    ['empty-text', { id: '1', name: '', dn: 'cn=a' }],
    ['mapping-group-without-id', { name: 'a', dn: 'cn=a' }],
    ['mapping-group-id-form', { id: '', name: 'a', dn: 'cn=a' }],
    ['mapping-group-id-form', { id: 'x'.repeat(256), name: 'a', dn: 'cn=a' }],
  ])('is not mirrored with a name or id that we can not store: %s', (code, group) => {
    const { groups, trace } = mapped([group], { dn: 'cn=a', to: { mirror: true } });
    expect(groups).toEqual([]);
    expect(trace).toMatchObject([{ outcome: 'refused', why: { code } }]);
  });
});

test('of very many groups that do not fit, the trace has some', () => {
  const many = Array.from({ length: 5000 }, (_, at) => ({ name: `gh-${at}`, dn: `cn=gh-${at},ou=groups` }));
  const { groups, trace } = mapped(
    many,
    { prefix: 'gh-', to: { role: '{}' }, for: ['4999'] },
    { dn: 'CN=GH-7,OU=Groups', to: { group: 'Seven' } },
  );
  expect(groups).toMatchObject([{ name: '4999' }, { name: 'Seven' }]);
  expect(trace.length).toBeLessThan(30);
  expect(trace.find(({ why }) => why?.code === 'mapping-more-alike')?.why?.params).toEqual({ count: 4979 });
});

test('a group that is found by its DN may have a name of any length, of which the target has a part', () => {
  const { groups } = mapped([{ name: 'x'.repeat(5000), dn: 'cn=x' }], { dn: 'cn=x', to: { role: 'r' } });
  expect(groups).toEqual([{ kind: 'role', name: 'r', rule: 0, from: `${'x'.repeat(200)}…` }]);
});

describe('an authentication level', () => {
  const level = [
    { from: 'pwd', to: 'urn:gatehouse:acr:password' },
    { from: 'mfa', to: 'urn:gatehouse:acr:two-factor' },
  ];
  const reached = (told?: string) =>
    mapIdentity(mappingOf({ level }), identityOf({}, told === undefined ? {} : { level: told }));

  test.each([
    ['mfa', 'urn:gatehouse:acr:two-factor', ['no-match', 'set']],
    ['pwd', 'urn:gatehouse:acr:password', ['set', 'no-match']],
    ['MFA', undefined, ['no-match', 'no-match']],
    ['mfa pwd', undefined, ['no-match', 'no-match']],
    [undefined, undefined, ['empty', 'empty']],
  ])('%j of the upstream is %j', (told, expected, outcomes) => {
    const user = reached(told);
    expect(user.level).toBe(expected);
    expect(user.trace.map(({ outcome }) => outcome)).toEqual(outcomes);
  });
});
