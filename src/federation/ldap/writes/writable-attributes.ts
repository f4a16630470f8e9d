import type { WritingAbility } from '../../contract/upstream-writer.js';
import { isAttributeName, type LdapSettings } from '../ldap-settings.js';
import { isTextAttribute } from '../names/attribute-values.js';
import { filterAttributes } from '../names/filters.js';

/** They decide what an entry is, or who may what. */
const NEVER = [
  ...[
    'objectclass',
    'userpassword',
    'authpassword',
    'unicodepwd',
    'sambantpassword',
    'memberof',
    'member',
    'uniquemember',
  ],
  ...['memberuid', 'uidnumber', 'gidnumber', 'homedirectory', 'loginshell', 'usercertificate', 'useraccountcontrol'],
  ...[
    'samaccountname',
    'userprincipalname',
    'serviceprincipalname',
    'objectsid',
    'objectguid',
    'primarygroupid',
    'pwdlastset',
    'pwdreset',
  ],
];

/** What connectors with these settings can write. */
export function ldapWrites(settings: LdapSettings): WritingAbility {
  const isBound = settings.connection.bindDn !== undefined;
  const { passwordChange } = settings.subject;
  return {
    claim: (claim) => isBound && isWritable(settings, claim),
    password: passwordChange === 'never' ? 'never' : isBound ? 'own-and-reset' : 'own',
  };
}

/** Whether an attribute may be written: a text that neither identifies anybody nor decides about an account. */
export function isWritable({ subject }: LdapSettings, claim: string): boolean {
  const { id, names, downLevel, account = {}, level, groups, filter = '', bindTemplate = '' } = subject;
  const [plain = ''] = claim.toLowerCase().split(';');
  const deciding = [
    ...[id, ...names, downLevel ?? '', ...Object.values(account), level ?? '', groups.member, groups.id],
    ...filterAttributes(filter),
    ...bindTemplate.split(/[,+]/).map((pair) => pair.split('=')[0]?.trim() ?? ''),
  ].map((name) => name.toLowerCase().split(';')[0]);
  return isAttributeName(claim) && isTextAttribute(plain) && !NEVER.includes(plain) && !deciding.includes(plain);
}
