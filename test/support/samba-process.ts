/** One Samba in a folder of its own: how it is provisioned, unpacked, configured, started and ended. For samba.ts only. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { access, chmod, mkdir, mkdtemp, readFile, rename, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { makeCertificates } from './slapd.ts';

const run = promisify(execFile);

export const REALM = 'AD.TEST';
export const NETBIOS = 'AD';
export const BASE = 'DC=ad,DC=test';
export const ADMINISTRATOR = { name: `administrator@ad.test`, password: 'Administrator-7' };

const LDAPS = 636;

/** A part of the name of the archive: what was provisioned with others is another archive. */
const PROVISION = [
  ...['domain', 'provision', `--realm=${REALM}`, `--domain=${NETBIOS}`, `--adminpass=${ADMINISTRATOR.password}`],
  ...['--server-role=dc', '--host-name=dc', '--host-ip=127.0.0.1', '--dns-backend=NONE'],
  ...['--option=vfs objects=dfs_samba4 acl_xattr xattr_tdb', '--option=ldb:nosync=true'],
];

/** The ports of a domain controller cannot be chosen, so each has an address of its own. They need root, as on a real one. */
const asRoot: readonly string[] = process.getuid?.() === 0 ? [] : ['sudo', '-n'];

async function runAsRoot(...command: readonly string[]): Promise<string> {
  const [program = '', ...args] = [...asRoot, ...command];
  return (await run(program, args, { maxBuffer: 10_000_000 })).stdout;
}

// As in slapd.ts: the guard ends Samba and removes its folder when the process at the other end of its stdin ends.
const GUARD = `trap '' INT TERM HUP
"$@" >"$0/out" 2>&1 </dev/null & pid=$!
echo $pid
while read -r line; do
  case $line in
    STOP | CONT) kill -$line $pid ;;
    KILL) kill -9 $pid; wait $pid; exit 0 ;;
  esac
done
kill -9 $pid; wait $pid; rm -rf "$0"
`;

export interface SambaProcess {
  readonly address: string;
  readonly folder: string;
  readonly ca: string;
  signal(name: 'STOP' | 'CONT'): void;
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Starts a domain controller with the people of the archive, which is made first where there is none.
 *
 * @param prepare what the archive has beside a new domain
 * @param prepared its name: another one makes another archive
 */
export async function startPrepared(
  prepared: string,
  prepare: (fresh: SambaProcess) => Promise<void>,
): Promise<SambaProcess> {
  const version = (await run('/usr/sbin/samba', ['--version'])).stdout;
  const key = createHash('sha256')
    .update(JSON.stringify([version, PROVISION, prepared]))
    .digest('hex')
    .slice(0, 16);
  const archive = join(import.meta.dirname, `../../.cache/samba/${key}.tar.gz`);
  const isThere = await access(archive).then(
    () => true,
    () => false,
  );
  if (!isThere) await makeArchive(archive, prepare);
  return inNewFolder(async (folder) => {
    await runAsRoot('tar', '-xzf', archive, '-C', folder);
  });
}

/** Of two that make it at once the last one's stays: either is whole. */
async function makeArchive(archive: string, prepare: (fresh: SambaProcess) => Promise<void>): Promise<void> {
  const samba = await inNewFolder(async (folder) => {
    await runAsRoot('samba-tool', ...PROVISION, `--targetdir=${join(folder, 'domain')}`);
  });
  try {
    await prepare(samba);
    await samba.kill();
    const made = `${archive}.${randomBytes(6).toString('hex')}`;
    await mkdir(join(archive, '..'), { recursive: true });
    await runAsRoot('tar', '-czf', made, '-C', samba.folder, 'domain');
    await rename(made, archive);
  } finally {
    await samba.stop();
  }
}

async function inNewFolder(fill: (folder: string) => Promise<void>): Promise<SambaProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-samba-'));
  try {
    await fill(folder);
    return await startIn(folder);
  } catch (error) {
    await runAsRoot('rm', '-rf', folder);
    throw error;
  }
}

async function startIn(folder: string): Promise<SambaProcess> {
  const address = await freeAddress();
  await makeCertificates(folder, { names: `DNS:dc.ad.test,IP:${address}` });
  await chmod(join(folder, 'server.key'), 0o600);
  if (asRoot.length > 0) await runAsRoot('chown', 'root', join(folder, 'server.key'));
  await writeFile(join(folder, 'smb.conf'), configuration(folder, address));
  let running = await start(folder, address);
  return {
    address,
    folder,
    ca: await readFile(join(folder, 'ca.crt'), 'utf8'),
    signal: (name) => void running.stdin?.write(`${name}\n`),
    kill: () => end(running),
    async restart() {
      await end(running);
      running = await start(folder, address);
    },
    async stop() {
      await end(running);
      await runAsRoot('rm', '-rf', folder);
    },
  };
}

async function start(folder: string, address: string): Promise<ChildProcess> {
  const samba = ['/usr/sbin/samba', '-i', '-M', 'single', '--debug-stdout', `--configfile=${join(folder, 'smb.conf')}`];
  const [program = '', ...args] = [...asRoot, '/bin/sh', '-c', GUARD, folder, ...samba];
  // In a group of its own, so that a Ctrl-C ends jest first.
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
  await once(child.stdout, 'data');
  child.unref();
  // Debug output of the test itself must not fail on a guard that has gone.
  child.stdin.on('error', () => undefined);
  for (let tries = 0; !(await accepts(LDAPS, address)); tries++) {
    if (tries > 6000) throw new Error(`Samba does not start: ${await readFile(join(folder, 'out'), 'utf8')}`);
    await delay(20);
  }
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.ref();
  child.stdin?.write('KILL\n');
  await gone;
}

/** Every address of 127.0.0.0/8 is this machine: one of 16 million is not chosen twice. */
async function freeAddress(): Promise<string> {
  for (;;) {
    const address = `127.${randomInt(64, 250)}.${randomInt(1, 250)}.${randomInt(1, 250)}`;
    if (!(await accepts(LDAPS, address))) return address;
  }
}

function accepts(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/**
 * Only what LDAP needs. winbindd, which Samba would leave behind when it is killed, is not started, and neither is Kerberos.
 *
 * For an hour a former password would still sign in without `old password allowed period`.
 */
const configuration = (folder: string, address: string): string => `[global]
netbios name = DC
workgroup = ${NETBIOS}
realm = ${REALM}
server role = active directory domain controller
server services = ldap, drepl
interfaces = ${address}/8
bind interfaces only = yes
private dir = ${folder}/domain/private
lock directory = ${folder}/domain
state directory = ${folder}/domain/state
cache directory = ${folder}/domain/cache
binddns dir = ${folder}/domain/bind-dns
pid directory = ${folder}
ncalrpc dir = ${folder}/ncalrpc
winbindd socket directory = ${folder}/winbindd
log file = ${folder}/log
panic action =
tls cafile = ${folder}/ca.crt
tls certfile = ${folder}/server.crt
tls keyfile = ${folder}/server.key
ldb:nosync = true
old password allowed period = 0
vfs objects = dfs_samba4 acl_xattr xattr_tdb

[sysvol]
path = ${folder}/domain/state/sysvol
read only = No

[netlogon]
path = ${folder}/domain/state/sysvol/ad.test/scripts
read only = No
`;
