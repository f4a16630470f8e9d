/**
 * Transpiles src/ to dist/ and views/ to dist/views/, a file to a file; `tsc --noEmit` checks the types. What is not TypeScript is copied.
 * A file whose output carries its time is left alone, an output without a source is removed, and each is put in place by a rename: two builds
 * at once, or a build beside a running server, see whole files only.
 */
import { transformFile, version as swcVersion } from '@swc/core';
import { createHash } from 'node:crypto';
import { copyFile, glob, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

const root = dirname(import.meta.dirname);
const out = join(root, 'dist');
const stamp = join(out, '.built-by');

/** Type arguments such as `<T>(x)` are JSX to a parser told to expect it, so only .tsx files are told. */
const optionsFor = (file) => ({
  root,
  sourceMaps: true,
  jsc: {
    target: 'es2024',
    parser: { syntax: 'typescript', tsx: file.endsWith('.tsx') },
    transform: { react: { runtime: 'automatic', importSource: 'preact' } },
  },
  module: { type: 'es6' },
});

const builder = createHash('sha256')
  .update(await readFile(import.meta.filename))
  .update(swcVersion)
  .digest('hex');
const afresh = (await readFile(stamp, 'utf8').catch(() => '')) !== builder;

/** Headers of folders are for readers of the source. */
const isHeader = (name) => name === 'README.md';

const wanted = new Set([stamp]);
const work = [];
for (const [folder, target] of [
  ['src', out],
  ['views', join(out, 'views')],
]) {
  const source = join(root, folder);
  for await (const file of glob('**/*', { cwd: source, withFileTypes: true })) {
    if (!file.isFile() || isHeader(file.name)) continue;
    const from = join(file.parentPath, file.name);
    const isCode = /\.tsx?$/.test(file.name);
    const to = join(target, relative(source, from)).replace(/\.tsx?$/, '.js');
    wanted.add(to);
    if (isCode) wanted.add(`${to}.map`);
    work.push(build(from, to, isCode ? transpile : copy));
  }
}
await Promise.all(work);
await removeUnwanted();
await put(stamp, (file) => writeFile(file, builder));

/** The output gets its source's time, so that equal times mean: this output is of that source. */
async function build(from, to, make) {
  const { mtime } = await stat(from);
  const made = await stat(to).catch(() => undefined);
  if (!afresh && made && Math.abs(made.mtimeMs - mtime.getTime()) < 1) return;
  await mkdir(dirname(to), { recursive: true });
  await put(to, async (file) => {
    await make(from, file, to);
    await utimes(file, mtime, mtime);
  });
}

async function transpile(from, file, to) {
  const { code, map } = await transformFile(from, optionsFor(from));
  if (map) await put(`${to}.map`, (mapFile) => writeFile(mapFile, map));
  // The command's own file can be run by its name.
  const mode = code.startsWith('#!') ? 0o755 : 0o644;
  await writeFile(file, `${code}//# sourceMappingURL=${basename(to)}.map\n`, { mode });
}

async function copy(from, file) {
  await copyFile(from, file);
}

async function put(to, write) {
  const next = `${to}.${process.pid}.next`;
  await mkdir(dirname(to), { recursive: true });
  await write(next);
  await rename(next, to);
}

async function removeUnwanted() {
  for await (const file of glob('**/*', { cwd: out, withFileTypes: true })) {
    const path = join(file.parentPath, file.name);
    if (file.isFile() && !wanted.has(path) && !(path.endsWith('.next') && (await isFresh(path))))
      await rm(path, { force: true });
  }
}

/** Another build may be about to rename it. By the time it was made here, since its own is already that of its source. */
async function isFresh(path) {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.ctimeMs < 60_000;
}
