/**
 * Tests the image without a container engine. The test carries out the Dockerfile's instructions in a folder, with the packages
 * that `npm ci --omit=dev` would install. It then starts the image's command, checks its health and stops it.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SETTINGS } from '../../src/config/settings.js';
import { all, copyOf, environmentOf, execForm, stagesOf, type Stage } from '../support/dockerfile.js';
import { freePort } from '../support/host/free-port.js';

const root = join(import.meta.dirname, '../..');
const stages = stagesOf(await readFile(join(root, 'Dockerfile'), 'utf8'));
const last = stages.at(-1) as Stage;
const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
  devDependencies: Record<string, string>;
};

describe('the Dockerfile', () => {
  test('takes the Node that everything is tested on', () => {
    const major = manifest.devDependencies['node']?.split('.')[0] ?? '?';
    for (const { image } of stages) expect(image).toMatch(new RegExp(`^node:${major}-`));
  });

  test('runs as somebody who is not root', () => {
    expect(all(last, 'USER').at(-1)).toBe('node');
  });

  test('keeps secrets out: nothing of the kind is set, copied or left to the context', async () => {
    const set = stages.flatMap((stage) => Object.keys(environmentOf(stage)));
    expect(set.filter((name) => /PASSWORD|SECRET|TOKEN/.test(name))).toEqual([]);
    const ignored = (await readFile(join(root, '.dockerignore'), 'utf8'))
      .split('\n')
      .filter((line) => !line.startsWith('#'));
    expect(ignored[0]).toBe('*');
    const letIn = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const copied = stages.flatMap((stage) => all(stage, 'COPY').map(copyOf)).filter(({ from }) => from === undefined);
    expect([...new Set(copied.flatMap(({ sources }) => sources))].sort()).toEqual(letIn.sort());
    for (const path of letIn) expect(existsSync(join(root, path))).toBe(true);
  });

  test('sets nothing that is not a setting', () => {
    const ours = Object.keys(environmentOf(last)).filter((name) => name.startsWith('GATEHOUSE_'));
    expect(ours.filter((name) => !(name in SETTINGS))).toEqual([]);
  });

  test('listens on the port that it exposes, whatever the issuer', () => {
    expect(environmentOf(last)['GATEHOUSE_PORT']).toBe('3000');
    expect(all(last, 'EXPOSE')).toEqual(['3000']);
  });

  test('installs from the lock file, and only what runs in the last stage', () => {
    expect(stages.flatMap((stage) => all(stage, 'RUN')).filter((line) => /npm (i|install|add)\b/.test(line))).toEqual(
      [],
    );
    const packages = copyOf(all(last, 'COPY').find((rest) => rest.includes('node_modules')) ?? '');
    const from = stages.find(({ name }) => name === packages.from);
    expect(from && all(from, 'RUN').join()).toContain('--omit=dev');
  });
});

describe('what the image starts', () => {
  let image: string;
  let app: string;
  let env: Record<string, string>;
  let port: number;
  const started: ChildProcess[] = [];

  beforeAll(async () => {
    image = await mkdtemp(join(tmpdir(), 'gatehouse-image-'));
    app = join(image, 'opt/gatehouse');
    port = await freePort();
    await carryOut();
    const inside = Object.entries(environmentOf(last)).map(([name, value]) => [
      name,
      value.replace(/(^|:)\//, `$1${image}/`),
    ]);
    env = {
      PATH: process.env['PATH'] ?? '',
      GATEHOUSE_STOP_DELAY: '0',
      ...(Object.fromEntries(inside) as Record<string, string>),
      GATEHOUSE_HOST: '127.0.0.1',
      GATEHOUSE_PORT: String(port),
      GATEHOUSE_ISSUER: `http://localhost:${port}`,
    };
  });
  afterAll(async () => {
    for (const child of started) child.kill('SIGKILL');
    await rm(image, { recursive: true, force: true });
  });

  test('bootstraps, serves, is healthy and ends when told, with nothing but its production packages', async () => {
    const before = await filesOf(app);
    const main = execForm(all(last, 'ENTRYPOINT')[0] ?? '');
    await promisify(execFile)(process.execPath, [...main.slice(1), 'bootstrap'], { cwd: app, env });
    const child = spawn(process.execPath, [...main.slice(1), ...execForm(all(last, 'CMD')[0] ?? '')], {
      cwd: app,
      env,
    });
    started.push(child);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = once(child, 'exit');
    await expect(healthy(() => output)).resolves.toBe(true);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(await healthCheck()).toBe(false);
    // A read-only root file system is enough: all it writes is on its volumes.
    expect(await filesOf(app)).toEqual(before);
  });

  async function carryOut(): Promise<void> {
    await mkdir(join(image, 'var/lib/gatehouse'), { recursive: true, mode: 0o700 });
    await mkdir(join(image, 'etc/gatehouse/keys'), { recursive: true, mode: 0o700 });
    await mkdir(app, { recursive: true });
    const build = join(image, 'build');
    await mkdir(build);
    for (const rest of all(stages[0] as Stage, 'COPY')) {
      const { sources, to } = copyOf(rest);
      for (const source of sources) {
        await cp(
          join(root, source),
          to.endsWith('/') ? join(build, to, source.split('/').at(-1) ?? '') : join(build, to),
          {
            recursive: true,
          },
        );
      }
    }
    await symlink(join(root, 'node_modules'), join(build, 'node_modules'));
    const command = all(stages[0] as Stage, 'RUN').find((line) => line.startsWith('node ')) ?? '';
    await promisify(execFile)(process.execPath, command.split(' ').slice(1), { cwd: build });
    for (const rest of all(last, 'COPY')) {
      const { from, sources, to } = copyOf(rest);
      if (sources[0]?.endsWith('node_modules')) await productionPackages(join(app, to));
      else if (from !== undefined) await cp(join(image, sources[0] ?? ''), join(app, to), { recursive: true });
      else for (const source of sources) await cp(join(root, source), join(app, source));
    }
  }

  async function productionPackages(to: string): Promise<void> {
    const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
    };
    for (const [path, { dev, devOptional }] of Object.entries(lock.packages)) {
      if (path === '' || dev || devOptional || !existsSync(join(root, path))) continue;
      await cp(join(root, path), join(to, path.slice('node_modules/'.length)), {
        recursive: true,
        // Nested packages are in the lock file under their own path.
        filter: (source) => !source.slice(join(root, path).length).includes('/node_modules'),
      });
    }
  }

  async function healthCheck(): Promise<boolean> {
    const [, ...args] = execForm(all(last, 'HEALTHCHECK')[0] ?? '').map((word) => word.replace('/opt/gatehouse', app));
    return promisify(execFile)(process.execPath, args, { env }).then(
      () => true,
      () => false,
    );
  }

  async function healthy(output: () => string): Promise<boolean> {
    for (let tries = 0; tries < 150; tries += 1) if (await healthCheck()) return true;
    throw new Error(`Not healthy. It said:\n${output()}`);
  }

  async function filesOf(folder: string): Promise<string[]> {
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    return Promise.all(
      files
        .filter((file) => file.isFile())
        .map(async (file) => {
          const path = join(file.parentPath, file.name);
          return `${path} ${(await stat(path)).mtimeMs}`;
        }),
    );
  }
});
