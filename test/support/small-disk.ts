/**
 * A small disk for one test: a tmpfs in a private mount namespace. It disappears with the process that holds the namespace,
 * and that process ends with the test.
 *
 * It needs a Linux where `unshare --mount` may be called: by root in a virtual machine or with CAP_SYS_ADMIN, or by anybody
 * where user namespaces are allowed.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  /** Where it is for a process that runs inside; for everybody else an empty folder. */
  readonly folder: string;
  /** The prefix of a command that needs access to the disk. */
  readonly inside: readonly [string, ...string[]];
  /** Where this process finds a file of it. */
  path(name: string): string;
  /** Lets no more than so many bytes be free, or fewer where others write meanwhile. */
  fill(leaving?: number): Promise<void>;
  /** Takes away what `fill` put there. */
  makeRoom(): Promise<void>;
  /** Remounts the disk read-only. */
  makeReadOnly(): Promise<void>;
  end(): Promise<void>;
}

const FILLER = 'filler';
/** Mounts, says so, and holds the namespace for as long as its stdin is open. */
const HOLD = 'mount -t tmpfs -o size="$2",mode=0700 gatehouse-test "$1" && echo mounted && exec cat';

export async function smallDisk(size: `${number}m`): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-disk-'));
  const asRoot = process.getuid?.() === 0;
  const own = asRoot ? [] : ['--user', '--map-root-user'];
  const holder = spawn('unshare', [...own, '--mount', 'sh', '-c', HOLD, 'sh', folder, size], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  await mounted(holder);
  const inside: SmallDisk['inside'] = [
    'nsenter',
    ...[`--target=${String(holder.pid)}`, '--mount', `--wdns=${process.cwd()}`],
    ...(asRoot ? [] : ['--user', '--preserve-credentials']),
  ];
  const path = (name: string): string => `/proc/${String(holder.pid)}/root${folder}/${name}`;
  return {
    folder,
    inside,
    path,
    async fill(leaving = 0) {
      const { bsize, bavail } = await statfs(path('.'));
      const filler = Buffer.alloc(Math.max(bsize * bavail - leaving, 0));
      await writeFile(path(FILLER), filler).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      });
    },
    makeRoom: () => rm(path(FILLER), { force: true }),
    async makeReadOnly() {
      const [command, ...args] = [...inside, 'mount', '-o', 'remount,bind,ro', folder];
      const [code] = (await once(spawn(command, args, { stdio: 'ignore' }), 'exit')) as [number];
      if (code !== 0)
        throw new Error('The small disk could not be made read-only: something on it is open for writing.');
    },
    async end() {
      holder.stdin.end();
      if (holder.exitCode === null) await once(holder, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function mounted(holder: ChildProcess): Promise<void> {
  let said = '';
  holder.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const failed = Promise.race([
    once(holder, 'error').then(([error]) => String(error)),
    once(holder, 'exit').then(() => said),
  ]);
  const done = holder.stdout ? once(holder.stdout, 'data') : undefined;
  const why = await Promise.race([done?.then(() => undefined), failed]);
  if (why !== undefined) {
    throw new Error(
      'A test of a full disk mounts a small tmpfs of its own, which is not allowed here. It needs util-linux (unshare, nsenter), ' +
        'and root with CAP_SYS_ADMIN (docker run --cap-add SYS_ADMIN --security-opt apparmor=unconfined) or user namespaces ' +
        `(sysctl kernel.unprivileged_userns_clone=1). It was refused with: ${why.trim()}`,
    );
  }
}
