import { describe, expect, test } from '@jest/globals';
import { targetsOf } from '../../../src/federation/mapping/targets-of.js';
import { mappingOf } from './identities.js';

describe('the targets of a mapping', () => {
  test('are those of every rule, named by one group of the upstream or listed', () => {
    const mapping = mappingOf({
      groups: [
        { exact: 'Admins', to: { role: 'realm-admin' } },
        { dn: 'cn=staff,dc=org', to: { group: 'Staff' } },
        { prefix: 'gh-', to: { role: '{}' }, for: ['seller', 'realm-admin'] },
        { exact: 'Sales', to: { mirror: true } },
        { dn: 'cn=x', to: { mirror: true } },
        { pattern: '{}-team', to: { mirror: true }, for: ['a-team'] },
        { exact: 'Root', to: { role: 'realm-admin' } },
      ],
    });
    expect(targetsOf(mapping)).toEqual([
      { kind: 'role', name: 'realm-admin', by: 'named' },
      { kind: 'group', name: 'Staff', by: 'named' },
      { kind: 'role', name: 'seller', by: 'listed' },
      { kind: 'role', name: 'realm-admin', by: 'listed' },
      { kind: 'mirror', name: 'Sales', by: 'named' },
      { kind: 'mirror', name: 'cn=x', by: 'named' },
      { kind: 'mirror', name: 'a-team', by: 'listed' },
    ]);
  });

  test('of a mapping without rules for groups are none', () => {
    expect(targetsOf(mappingOf({}))).toEqual([]);
  });
});
