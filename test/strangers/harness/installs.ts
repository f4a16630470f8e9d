/**
 * Fetches each stranger once with its registry's ordinary client, pinned, into `.cache/strangers/`. Existing folders are kept.
 * A folder's name has a digest of its sources, so a changed pin makes a new folder.
 */
import { execFile, type ExecFileException } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');
const cache = join(root, '.cache/strangers');

/** One core's worth: the machine does other work besides. */
const GO = { GOFLAGS: '-p=1 -buildvcs=false', CGO_ENABLED: '0' };
const PATIENCE_MS = 20 * 60_000;

/** A program of a Go module at a version: `github.com/a/b/v7@v7.1.0`. Gives its path. */
export async function goProgram(module: string): Promise<string> {
  const name = /([^/@]+)(?:\/v\d+)?@/.exec(module)?.[1] ?? module;
  const folder = await once(`${name}-${digest(module)}`, (to) =>
    execute('go', ['install', module], { env: { ...GO, GOBIN: to } }),
  );
  return join(folder, name);
}

/**
 * The Go program in a folder with `go.mod` and `go.sum`; other files of it by name and content. Gives its path.
 *
 * @public
 */
export async function goBuilt(sources: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await once(`go-${await digestOf(sources, more)}`, async (to) => {
    await laid(sources, more, to);
    await execute('go', ['build', '-o', 'program', '.'], { cwd: to, env: GO });
  });
  return join(folder, 'program');
}

/**
 * The jar of a Maven project whose `finalName` is `application`. Gives its path.
 *
 * @public
 */
export async function mavenBuilt(sources: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await once(`maven-${await digestOf(sources, more)}`, async (to) => {
    await laid(sources, more, to);
    await execute('mvn', ['--quiet', '--batch-mode', 'package'], { cwd: to, env: { MAVEN_OPTS: '-Xmx512m' } });
  });
  return join(folder, 'target/application.jar');
}

/**
 * Packages of PyPI, each by its hash. Gives the folder for PYTHONPATH; programs lie in its `bin`.
 *
 * @public
 */
export async function pythonPackages(requirements: string): Promise<string> {
  const content = await readFile(requirements, 'utf8');
  return once(`python-${digest(content)}`, (to) =>
    execute('python3', [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--root-user-action=ignore'],
      ...['--no-deps', '--only-binary=:all:', '--require-hashes', '--target', to, '-r', requirements],
    ]),
  );
}

/**
 * Installs the packages in a folder's `package-lock.json`. Returns the folder that holds `node_modules` and a copy of the files.
 *
 * @public
 */
export async function nodePackages(sources: string): Promise<string> {
  return once(`node-${await digestOf(sources, {})}`, async (to) => {
    await laid(sources, {}, to);
    await execute('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts'], { cwd: to });
  });
}

/**
 * Installs Debian packages if one of `proofs` (files they contain) is missing. Starts none of their services. @throws {Error} on other systems
 *
 * @public
 */
export async function debianPackages(names: readonly string[], proofs: readonly string[]): Promise<void> {
  const missing = async (): Promise<boolean> =>
    (await Promise.all(proofs.map((file) => stat(file).catch(() => undefined)))).includes(undefined);
  if (!(await missing())) return;
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await execute('apt-get', ['update', '-qq'], { env });
  await execute('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { env });
  if (await missing()) throw new Error(`Debian's packages ${names.join(', ')} lack one of ${proofs.join(', ')}.`);
}

/** Makes a folder of the cache, or finds it made. A folder that is there is whole: it gets its name last. */
async function once(name: string, make: (to: string) => Promise<unknown>): Promise<string> {
  const made = join(cache, name);
  if (await stat(made).catch(() => undefined)) return made;
  await mkdir(cache, { recursive: true });
  const to = await mkdtemp(join(cache, 'making-'));
  try {
    await make(to);
    // If two runs finish at once, the first one's folder stays.
    await rename(to, made).catch(async (error: unknown) => {
      if (!(await stat(made).catch(() => undefined))) throw error;
    });
  } finally {
    await rm(to, { recursive: true, force: true });
  }
  return made;
}

async function laid(sources: string, more: Readonly<Record<string, string>>, to: string): Promise<void> {
  await cp(sources, to, { recursive: true, filter: (file) => !file.endsWith('stranger.ts') });
  for (const [path, content] of Object.entries(more)) {
    await mkdir(join(to, path, '..'), { recursive: true });
    await writeFile(join(to, path), content);
  }
}

interface ExecuteOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command until it exits, with this process's environment. @throws {Error} with the end of its output */
async function execute(command: string, args: readonly string[], { cwd = root, env = {} }: ExecuteOptions = {}) {
  const options = { cwd, env: { ...process.env, ...env }, timeout: PATIENCE_MS, maxBuffer: 50_000_000 };
  try {
    await promisify(execFile)(command, args, options);
  } catch (error) {
    const { message, stdout = '', stderr = '' } = error as ExecFileException;
    const words = `${stdout}${stderr}`.trim() === '' ? message : `${stdout}${stderr}`;
    throw new Error(`${command} ${args.join(' ')} failed:\n${words.slice(-3_000)}`, { cause: error });
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** Returns a digest of every file that `laid` writes. */
async function digestOf(sources: string, more: Readonly<Record<string, string>>): Promise<string> {
  const entries = await readdir(sources, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name !== 'stranger.ts')
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const contents = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return digest(JSON.stringify([files.map((file) => file.slice(sources.length)), contents, more]));
}
