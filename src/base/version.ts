import { readFileSync } from 'node:fs';

/** The version of this package. Both `src/base` and `dist/base` are two folders below its package.json. */
export function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
