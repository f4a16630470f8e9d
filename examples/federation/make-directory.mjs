/** Makes the folder of a slapd: certificates by an authority of its own, a configuration, and the entries. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { directoryEntries, SERVICE, SUFFIX } from './people.mjs';

const run = (program, ...args) =>
  execFileSync(program, args, { env: { PATH: `${process.env.PATH}:/usr/sbin` }, stdio: ['ignore', 'ignore', 'pipe'] });

/** @returns the certificate of the authority, in PEM @throws {Error} with what a program said */
export function makeDirectory(folder, people, servicePassword) {
  mkdirSync(join(folder, 'db'), { recursive: true, mode: 0o700 });
  const at = (file) => join(folder, file);
  makeCertificates(at);
  writeFileSync(at('slapd.conf'), configuration(folder), { mode: 0o600 });
  writeFileSync(at('entries.ldif'), directoryEntries(people, servicePassword), { mode: 0o600 });
  run('slapadd', '-q', '-f', at('slapd.conf'), '-l', at('entries.ldif'));
  return readFileSync(at('ca.crt'), 'utf8');
}

function makeCertificates(at) {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const authority = ['-subj', '/CN=Example authority', '-days', '30', '-keyout', at('ca.key'), '-out', at('ca.crt')];
  run('openssl', 'req', '-x509', ...key, ...authority);
  run('openssl', 'req', ...key, '-subj', '/CN=localhost', '-keyout', at('server.key'), '-out', at('server.csr'));
  writeFileSync(at('names'), 'subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n');
  const signed = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at('names')];
  run('openssl', 'x509', '-req', '-in', at('server.csr'), ...signed, '-days', '30', '-out', at('server.crt'));
}

// Nobody reads anything before a bind, and nobody but its owner writes.
const configuration = (folder) => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${join(folder, 'pid')}
TLSCertificateFile ${join(folder, 'server.crt')}
TLSCertificateKeyFile ${join(folder, 'server.key')}
database mdb
suffix ${SUFFIX}
directory ${join(folder, 'db')}
index objectClass,entryUUID,uid,mail,member eq
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="${SERVICE}" read by users read by * none
`;
