/** The packed package runs with nothing but what it depends on. */
import { beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

beforeAll(async () => {
  await run(process.execPath, [join(root, 'scripts/build.mjs')]);
});

test('packed and installed elsewhere, the command says its version, checks a file and bootstraps', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-package-'));
  try {
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
    const [tarball = ''] = await readdir(folder);
    expect(tarball).toMatch(/^gatehouse-.*\.tgz$/);
    const installed = join(folder, 'node_modules/gatehouse');
    await mkdir(installed, { recursive: true });
    await run('tar', ['xzf', join(folder, tarball), '-C', installed, '--strip-components=1']);
    await productionPackages(join(folder, 'node_modules'));
    const { bin, version } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
      readonly bin: { readonly gatehouse: string };
      readonly version: string;
    };
    // Started as npm's link to it does: by its own first line.
    const program = join(installed, bin.gatehouse);
    const env = { PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, NODE_NO_WARNINGS: '1' };
    const gatehouse = async (...args: string[]) =>
      (await run(process.execPath, [program, ...args], { cwd: folder, env })).stdout;
    expect(await gatehouse('--version')).toBe(`${version}\n`);
    expect(await gatehouse('check', join(root, 'examples/realm.yaml'))).toContain('is valid');
    expect(await gatehouse('bootstrap')).toContain('Administrator: admin');
    expect((await readFile(program, 'utf8')).split('\n')[0]).toBe('#!/usr/bin/env node');
    expect(await readdir(installed)).not.toEqual(expect.arrayContaining(['src']));
    const contents = await readdir(join(installed, 'dist'), { recursive: true });
    expect(contents.filter((name) => name.endsWith('.md'))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** Links to those that the lock file would install without its development packages. */
async function productionPackages(to: string): Promise<void> {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
  };
  for (const [path, { dev, devOptional }] of Object.entries(lock.packages)) {
    const name = path.slice('node_modules/'.length);
    if (path === '' || dev || devOptional || name.includes('node_modules/') || !existsSync(join(root, path))) continue;
    await mkdir(dirname(join(to, name)), { recursive: true });
    await symlink(join(root, path), join(to, name));
  }
}
