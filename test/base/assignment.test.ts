import { describe, expect, test } from '@jest/globals';
import { groups } from '../../src/identity/groups/group.js';
import { users } from '../../src/identity/users/user.js';
import { clients } from '../../src/realm/clients/client.js';

const given = { id: 'e1', kind: 'role', target: 'r', grantedBy: 'host:root', grantedAt: 1, limitations: [] };
const mapped = { ...given, id: 'e2', source: 'corp-ldap', confirmedAt: 2 };

describe.each([
  ['user', users.migrations?.[3]],
  ['group', groups.migrations?.[2]],
  ['client', clients.migrations?.[4]],
])('an assignment of a %s from before sources had kinds', (_holder, migrate) => {
  test('keeps its connector as its source, and one given by hand has none', () => {
    const migrated = migrate?.({ id: 'h', assignments: [given, mapped] });
    expect(migrated?.['assignments']).toEqual([given, { ...mapped, source: { kind: 'connector', id: 'corp-ldap' } }]);
  });

  test('comes out the same from a second migration', () => {
    const once = migrate?.({ id: 'h', assignments: [given, mapped] }) ?? {};
    expect(migrate?.(once)).toEqual(once);
  });
});
