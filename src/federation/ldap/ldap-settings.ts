import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { problem, type Problem } from '../../base/problems/problem.js';
import { carried, refusedAs, refusing } from '../../base/problems/read-input.js';
import { isPrototypeName } from '../../base/text/prototype-names.js';
import { isLoopback, parseServer } from './connection/ldap-server.js';
import { parseDn } from '../../base/text/distinguished-name.js';
import { parseFilter } from './names/filters.js';
import { parseUserTemplate } from './names/user-template.js';

const ATTRIBUTE = /^(?:[A-Za-z][A-Za-z0-9-]{0,99}|[0-9]+(?:\.[0-9]+){1,30})(?:;[A-Za-z0-9-]{1,50}){0,5}$/;

/** Never `*`: what is read is named. */
export const isAttributeName = (name: string): boolean => ATTRIBUTE.test(name) && !isPrototypeName(name);

const attribute = z.string().refine(isAttributeName, refusedAs('ldap-attribute-form', {}));
const dn = z
  .string()
  .max(1000)
  .refine((text) => parseDn(text) !== undefined, refusedAs('ldap-dn-form', {}));
const filter = z
  .string()
  .max(2000)
  .refine((text) => parseFilter(text) !== undefined, refusedAs('ldap-filter-form', {}));

const connection = z
  .strictObject({
    servers: z
      .array(z.string().refine((url) => parseServer(url) !== undefined, refusedAs('ldap-server-form', {})))
      .min(1)
      .max(8),
    startTls: z.boolean().exactOptional(),
    ca: z.string().max(100_000).refine(isCertificates, refusedAs('ldap-ca-form', {})).exactOptional(),
    bindDn: dn.exactOptional(),
    anonymous: z.boolean().exactOptional(),
    connectTimeout: z.int().min(100).max(30_000).default(3000),
    timeout: z.int().min(100).max(30_000).default(5000),
    poolSize: z.int().min(1).max(50).default(8),
  })
  .superRefine(refusing(({ servers, startTls }) => servers.flatMap((url, at) => plainTextFault(url, at, startTls))));

const groups = z
  .strictObject({
    from: z.enum(['memberOf', 'search', 'tokenGroups', 'inChain', 'none']),
    base: dn.exactOptional(),
    filter: filter.exactOptional(),
    member: z.enum(['member', 'uniqueMember', 'memberUid']).default('member'),
    name: attribute.default('cn'),
    id: attribute.default('entryUUID'),
    nested: z.boolean().default(false),
    /** Also the group that `primaryGroupID` names. Active Directory lists nobody as a member of it. */
    primaryGroup: z.boolean().default(false),
  })
  .refine(
    ({ nested, member }) => !nested || member !== 'memberUid',
    refusedAs('ldap-nested-member-uid', {}, ['nested']),
  );

const subject = z.strictObject({
  base: dn,
  /** Further places where people are. */
  moreBases: z.array(dn).max(20).default([]),
  scope: z.enum(['sub', 'one']).default('sub'),
  filter: filter.exactOptional(),
  names: z.array(attribute).min(1).max(5).default(['uid']),
  id: attribute.default('entryUUID'),
  bindTemplate: z
    .string()
    .max(1000)
    .refine((text) => parseUserTemplate(text) !== undefined, refusedAs('ldap-template-form', {}))
    .exactOptional(),
  attributes: z.array(attribute).max(100).default([]),
  groups: groups.prefault({ from: 'none' }),
  /** What tells a synchronization which entries changed; `none`: it reads all of them each time. */
  changes: z.enum(['modifyTimestamp', 'uSNChanged', 'none']).default('none'),
  policies: dn.exactOptional(),
  passwordChange: z.enum(['must-change', 'never']).default('must-change'),
  /** How a password is set: by the extended operation, or as an attribute of Active Directory. */
  passwordOperation: z.enum(['rfc3062', 'unicodePwd']).default('rfc3062'),
  /** Where the directory says why it refused a bind: in the control of its password policy, or in the text of Active Directory. */
  refusals: z.enum(['policy', 'sub-codes']).default('policy'),
  /** The attribute of what follows the domain in a typed `DOMAIN\name`. Absent: such a name is one of `names`. */
  downLevel: attribute.exactOptional(),
  account: z
    .strictObject({
      locked: attribute.exactOptional(),
      disabled: attribute.exactOptional(),
      expired: attribute.exactOptional(),
      /** As userAccountControl. */
      control: attribute.exactOptional(),
      /** As msDS-User-Account-Control-Computed. */
      computed: attribute.exactOptional(),
      /** As accountExpires. */
      ends: attribute.exactOptional(),
    })
    .exactOptional(),
  /** The attribute whose only value is the level that `mapping.level` reads. */
  level: attribute.exactOptional(),
});

/** What an administrator writes of an LDAP directory. Unknown fields are refused. */
export const ldapSettings = z.strictObject({ connection, subject }).superRefine((settings, context) => {
  const { bindDn, anonymous = false } = settings.connection;
  const hasService = bindDn !== undefined || anonymous;
  const isClear = hasService ? !(bindDn !== undefined && anonymous) : settings.subject.bindTemplate !== undefined;
  if (!isClear) context.addIssue(carried(problem('ldap-search-account', ['connection'], {})));
});

export type LdapSettings = z.output<typeof ldapSettings>;
export type SubjectSettings = LdapSettings['subject'];

/** A password goes in the clear only where nobody else can read it. */
function plainTextFault(url: string, at: number, startTls = false): readonly Problem[] {
  const server = parseServer(url, startTls);
  if (!server || server.tls !== 'none' || isLoopback(server)) return [];
  return [problem('ldap-plain-text', ['servers', at], { server: server.host })];
}

function isCertificates(pem: string): boolean {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
  return blocks.length > 0 && blocks.every(isCertificate);
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
