import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { compileCache } from './compile-cache.js';

/** The blocks of a Markdown page that are marked with this: language, then words. */
export const blocksOf = (page: string, mark: string): string[] => [
  ...new Set([...page.matchAll(new RegExp(`^\`\`\`${mark}\\n([^]*?)^\`\`\``, 'gm'))].map(([, block = '']) => block)),
];

/** Types what a page says to type, with other names for the places that it names. @throws where it ends badly */
export async function typed(
  block: string,
  places: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  let here = block;
  for (const [there, place] of Object.entries(places)) here = here.replaceAll(there, place);
  const options = { env: { PATH: process.env['PATH'] ?? '', ...compileCache, ...env } };
  return (await promisify(execFile)('sh', ['-euc', here], options)).stdout;
}
