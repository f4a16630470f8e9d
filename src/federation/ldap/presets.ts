/** What directories of a kind have in common. An administrator's own settings come first. */
export const ldapPresets: ReadonlyMap<string, object> = new Map<string, object>([
  [
    'openldap',
    {
      subject: {
        names: ['uid'],
        id: 'entryUUID',
        filter: '(objectClass=inetOrgPerson)',
        groups: { from: 'search', member: 'member', filter: '(objectClass=groupOfNames)', name: 'cn', id: 'entryUUID' },
        account: { locked: 'pwdAccountLockedTime' },
        changes: 'modifyTimestamp',
      },
    },
  ],
  [
    '389ds',
    {
      subject: {
        names: ['uid'],
        id: 'nsUniqueId',
        filter: '(objectClass=inetOrgPerson)',
        groups: {
          from: 'search',
          member: 'member',
          filter: '(objectClass=groupOfNames)',
          name: 'cn',
          id: 'nsUniqueId',
        },
        account: { disabled: 'nsAccountLock' },
        changes: 'modifyTimestamp',
      },
    },
  ],
  ['generic', { subject: { names: ['uid'], id: 'entryUUID', groups: { from: 'none' } } }],
]);
