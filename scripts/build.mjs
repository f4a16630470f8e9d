/**
 * Transpiles src/ to dist/ and views/ to dist/views/, a file to a file; `tsc --noEmit` checks the types.
 * A folder beside the source tree would need two TypeScript projects that import one another; swc needs neither.
 */
import { transformFile } from '@swc/core';
import { cp, glob, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

const root = dirname(import.meta.dirname);
const out = join(root, 'dist');
const options = {
  root,
  sourceMaps: true,
  jsc: {
    target: 'es2024',
    parser: { syntax: 'typescript', tsx: true },
    transform: { react: { runtime: 'automatic', importSource: 'preact' } },
  },
  module: { type: 'es6' },
};
/** Type arguments such as `<T>(x)` are JSX to a parser told to expect it, so only .tsx files are told. */
const optionsFor = (file) => ({
  ...options,
  jsc: { ...options.jsc, parser: { syntax: 'typescript', tsx: file.endsWith('.tsx') } },
});

await rm(out, { recursive: true, force: true });
for (const [folder, target] of [
  ['src', out],
  ['views', join(out, 'views')],
]) {
  const source = join(root, folder);
  const work = [];
  for await (const file of glob('**/*', { cwd: source, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const from = join(file.parentPath, file.name);
    const to = join(target, relative(source, from));
    work.push(/\.tsx?$/.test(file.name) ? transpile(from, to.replace(/\.tsx?$/, '.js')) : copy(from, to));
  }
  await Promise.all(work);
}

async function transpile(from, to) {
  const { code, map } = await transformFile(from, optionsFor(from));
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, code);
  if (map) await writeFile(`${to}.map`, map);
}

async function copy(from, to) {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to);
}
