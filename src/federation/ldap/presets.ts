import type { ConnectorPreset } from '../contract/connector-kind.js';

/** What directories of a kind have in common. An administrator's own settings come first. */
export const ldapPresets: ReadonlyMap<string, ConnectorPreset> = new Map<string, ConnectorPreset>([
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
  [
    'active-directory',
    {
      subject: {
        names: ['sAMAccountName', 'userPrincipalName'],
        downLevel: 'sAMAccountName',
        id: 'objectGUID',
        // Normal accounts of people: no computers, no trusts between domains, and contacts have no such type (MS-SAMR 2.2.1.9).
        filter: '(sAMAccountType=805306368)',
        groups: { from: 'tokenGroups', filter: '(objectClass=group)', name: 'cn', id: 'objectGUID' },
        account: {
          control: 'userAccountControl',
          computed: 'msDS-User-Account-Control-Computed',
          ends: 'accountExpires',
        },
        refusals: 'sub-codes',
        passwordOperation: 'unicodePwd',
        changes: 'uSNChanged',
      },
    },
  ],
  ['generic', { subject: { names: ['uid'], id: 'entryUUID', groups: { from: 'none' } } }],
]);
