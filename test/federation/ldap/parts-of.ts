import { type DirectoryParts, directoryParts } from '../../../src/federation/ldap/directory-parts.js';
import { ldapSettings } from '../../../src/federation/ldap/ldap-settings.js';
import { PEOPLE, SERVICE } from '../../support/slapd.js';
import type { Changes } from './connector.js';

/** What a connector of these settings is made of. */
export function partsOf(
  servers: readonly string[],
  secret: string,
  { connection, subject }: Changes = {},
): DirectoryParts {
  const settings = ldapSettings.parse({
    connection: { servers, bindDn: SERVICE.dn, ...connection },
    subject: { base: PEOPLE, ...subject },
  });
  return directoryParts({ settings, secret }, () => undefined);
}
