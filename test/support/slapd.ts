/**
 * OpenLDAP's slapd with TLS by an authority of its own, ppolicy, memberof and generated people, in a folder of its own. It never outlives the
 * process that started it.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './host/free-port.ts';
import { pauseProcess } from './paused-process.ts';

const run = promisify(execFile);

export const SUFFIX = 'dc=corp,dc=test';
export const PEOPLE = `ou=people,${SUFFIX}`;
export const GROUPS = `ou=groups,${SUFFIX}`;
/** The service account, which reads everything but passwords. */
export const SERVICE = { dn: `cn=service,${SUFFIX}`, password: 'service-password' };
/** The password of each person whose LDIF names no other. */
export const PASSWORD = 'correct horse';
const ROOT = `cn=root,${SUFFIX}`;

export interface SlapdOptions {
  /** How many people `p0`, `p1` ... there are beside those of `entries`. */
  readonly people?: number;
  /** Further entries, in LDIF, loaded offline. */
  readonly entries?: string;
  /** Entries that are added through LDAP, so that the overlays see them. */
  readonly added?: string;
  /** Rules of access before the usual ones, as lines of slapd.conf. */
  readonly access?: string;
  /** It does not show which controls it knows. */
  readonly hidesControls?: boolean;
  /** Further lines of slapd.conf, after those of the database. */
  readonly conf?: string;
  readonly certificate?: CertificateOptions;
  /** It refuses every bind without TLS. */
  readonly requiresTls?: boolean;
  /** The largest page of a search that it gives the service account. */
  readonly largestPage?: number;
}

interface CertificateOptions {
  /** `DNS:localhost,IP:127.0.0.1` when absent. */
  readonly names?: string;
  /** 30 years when absent. Negative: it has ended. */
  readonly days?: number;
}

export interface Slapd {
  /** `ldap://127.0.0.1:PORT`, where StartTLS is possible. */
  readonly url: string;
  /** `ldaps://127.0.0.1:PORT`. */
  readonly secureUrl: string;
  readonly port: number;
  readonly securePort: number;
  /** The authority's certificate, in PEM. */
  readonly ca: string;
  /** It still accepts connections, and answers nothing (SIGSTOP). */
  pause(): void;
  resume(): void;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** On the same folder and ports. @param access other rules of access from now on */
  restart(access?: string): Promise<void>;
  /** As the administrator, an LDIF with change types. */
  modify(ldif: string): Promise<void>;
  /** What it was asked since the start: lines such as `BIND dn="uid=alice,..."` and `SRCH base="..." ... filter="..."`. */
  operations(): Promise<readonly string[]>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

// As in mongod-process.ts: the guard ends slapd and removes its folder when the process at the other end of its stdin ends.
const GUARD = `trap '' INT TERM HUP
"$@" >"$FOLDER/log" 2>&1 </dev/null & pid=$!
echo $pid
while read -r line; do kill -9 $pid; wait $pid; exit 0; done
kill -9 $pid; wait $pid; rm -rf "$FOLDER"
`;

export async function startSlapd(options: SlapdOptions = {}): Promise<Slapd> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-slapd-'));
  try {
    return await startIn(folder, options);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(folder: string, options: SlapdOptions): Promise<Slapd> {
  const [port, securePort] = [await freePort(), await freePort()];
  await makeCertificates(folder, options.certificate);
  await mkdir(join(folder, 'db'));
  await writeFile(join(folder, 'slapd.conf'), configuration(folder, options));
  await writeFile(join(folder, 'data.ldif'), data(options));
  await run('/usr/sbin/slapadd', ['-q', '-f', join(folder, 'slapd.conf'), '-l', join(folder, 'data.ldif')]);
  const url = `ldap://127.0.0.1:${port}`;
  const secureUrl = `ldaps://127.0.0.1:${securePort}`;
  let running = await start(folder, port, `${url} ${secureUrl}`);
  const slapd: Slapd = {
    url,
    secureUrl,
    port,
    securePort,
    ca: await readFile(join(folder, 'ca.crt'), 'utf8'),
    pause: () => pauseProcess(running.pid),
    resume: () => void process.kill(running.pid, 'SIGCONT'),
    kill: () => end(running.process),
    async restart(access) {
      await end(running.process);
      if (access !== undefined)
        await writeFile(join(folder, 'slapd.conf'), configuration(folder, { ...options, access }));
      running = await start(folder, port, `${url} ${secureUrl}`);
    },
    async modify(ldif) {
      const file = join(folder, 'change.ldif');
      await writeFile(file, ldif);
      const as = ['-x', '-D', ROOT, '-w', 'rootpw'];
      await run('/usr/bin/ldapmodify', ['-H', url, ...as, '-M', '-f', file]);
    },
    async operations() {
      const log = await readFile(join(folder, 'log'), 'utf8');
      return [...log.matchAll(/ op=\d+ ((?:BIND dn="[^"]*" method|SRCH base|EXT oid|MOD dn|MOD attr)=.*)/g)].map(
        ([, line = '']) => line,
      );
    },
    async stop() {
      await end(running.process);
      await rm(folder, { recursive: true, force: true });
    },
  };
  if (options.added !== undefined) await slapd.modify(options.added);
  return slapd;
}

/** A person in LDIF. @param more further lines, such as `mail: ...` */
export const person = (uid: string, ...more: readonly string[]): string =>
  entry(
    `dn: uid=${uid},${PEOPLE}`,
    ...['objectClass: inetOrgPerson', `uid: ${uid}`, `cn: ${uid}`, 'sn: Test'],
    ...(more.some((line) => line.startsWith('userPassword:')) ? [] : [`userPassword: ${PASSWORD}`]),
    ...more,
  );

/** An entry in LDIF. slapadd wants the values of `objectClass` next to each other. */
export function entry(dn: string, ...lines: readonly string[]): string {
  const isClass = (line: string): boolean => line.startsWith('objectClass:');
  return `${[dn, ...lines.filter(isClass), ...lines.filter((line) => !isClass(line))].join('\n')}\n\n`;
}

async function start(folder: string, port: number, urls: string): Promise<{ process: ChildProcess; pid: number }> {
  const args = ['-d', 'stats', '-f', join(folder, 'slapd.conf'), '-h', urls];
  const child = spawn('/bin/sh', ['-c', GUARD, 'slapd', '/usr/sbin/slapd', ...args], {
    env: { PATH: process.env['PATH'] ?? '', FOLDER: folder },
    stdio: ['pipe', 'pipe', 'ignore'],
    // In a group of its own, so that a Ctrl-C ends jest first.
    detached: true,
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  child.unref();
  for (let tries = 0; !(await accepts(port)); tries++) {
    if (tries > 1000) throw new Error(`slapd does not start: ${await readFile(join(folder, 'log'), 'utf8')}`);
    await delay(10);
  }
  return { process: child, pid: Number(line.toString()) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.ref();
  child.stdin?.write('KILL\n');
  await gone;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** `ca.crt`, `server.crt` and `server.key` in the folder. */
export async function makeCertificates(folder: string, options: CertificateOptions = {}): Promise<void> {
  const { names = 'DNS:localhost,IP:127.0.0.1', days = 10_950 } = options;
  const at = (file: string): string => join(folder, file);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const authority = ['-subj', '/CN=Test authority', '-days', '10950', '-keyout', at('ca.key'), '-out', at('ca.crt')];
  await run('openssl', ['req', '-x509', ...key, ...authority]);
  await run('openssl', ['req', ...key, '-subj', '/CN=Test directory', '-keyout', at('server.key'), '-out', at('csr')]);
  await writeFile(at('names'), `subjectAltName=${names}\nextendedKeyUsage=serverAuth\n`);
  const signed = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at('names')];
  await run('openssl', ['x509', '-req', '-in', at('csr'), ...signed, '-days', String(days), '-out', at('server.crt')]);
}

const configuration = (folder: string, options: SlapdOptions): string => {
  const { access = '', conf = '', requiresTls = false, hidesControls = false, largestPage } = options;
  return `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include /etc/ldap/schema/nis.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
moduleload memberof
moduleload retcode
pidfile ${join(folder, 'pid')}
TLSCACertificateFile ${join(folder, 'ca.crt')}
TLSCertificateFile ${join(folder, 'server.crt')}
TLSCertificateKeyFile ${join(folder, 'server.key')}
${requiresTls ? 'security simple_bind=128' : ''}
${hidesControls ? 'access to dn.base="" attrs=supportedControl by * none\naccess to * by * read' : ''}
database mdb
maxsize 1073741824
suffix ${SUFFIX}
rootdn ${ROOT}
rootpw rootpw
directory ${join(folder, 'db')}
dbnosync
index objectClass,entryUUID,uid,mail,member,memberUid eq
limits dn.exact="${SERVICE.dn}" size=unlimited ${largestPage === undefined ? '' : `size.pr=${largestPage}`}
${access}
access to attrs=userPassword by self write by anonymous auth by * none
access to * by * read
overlay ppolicy
ppolicy_default cn=default,ou=policies,${SUFFIX}
ppolicy_use_lockout
overlay memberof
overlay retcode
retcode-parent ou=codes,${SUFFIX}
retcode-indir
${conf}
`;
};

const unit = (name: string): string =>
  entry(`dn: ou=${name},${SUFFIX}`, 'objectClass: organizationalUnit', `ou: ${name}`);

const policy = (name: string, ...more: readonly string[]): string =>
  entry(
    `dn: cn=${name},ou=policies,${SUFFIX}`,
    ...['objectClass: device', 'objectClass: pwdPolicy', `cn: ${name}`, 'pwdAttribute: userPassword'],
    ...more,
  );

const data = ({ people = 0, entries = '' }: SlapdOptions): string =>
  [
    entry(`dn: ${SUFFIX}`, 'objectClass: dcObject', 'objectClass: organization', 'dc: corp', 'o: Corp'),
    ...['people', 'groups', 'policies', 'elsewhere'].map(unit),
    policy('default', 'pwdLockout: TRUE', 'pwdMaxFailure: 5', 'pwdLockoutDuration: 0', 'pwdMustChange: TRUE'),
    policy('grace', 'pwdMaxAge: 1000', 'pwdGraceAuthNLimit: 3'),
    policy('expiring', 'pwdMaxAge: 1000', 'pwdExpireWarning: 999'),
    entry(
      `dn: ${SERVICE.dn}`,
      ...['objectClass: applicationProcess', 'objectClass: simpleSecurityObject', 'cn: service'],
      `userPassword: ${SERVICE.password}`,
    ),
    ...Array.from({ length: people }, (_, at) => person(`p${at}`, `mail: p${at}@corp.test`)),
    entries,
  ].join('');
