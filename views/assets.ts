import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file that pages refer to. Its content is in its name, so that it can be kept for good. */
export interface Asset {
  readonly name: string;
  readonly type: string;
  readonly body: Buffer;
}

/** What makes the pages of a realm its own. What it lacks is ours. */
export interface Brand {
  /** Colours, after our own sheet. */
  readonly styles?: Asset;
  readonly logo?: Asset;
  /** In the dark, where it is another one. */
  readonly logoDark?: Asset;
}

/** @param file `styles.css`, which becomes `styles.0123456789abcdef.css` */
export function assetOf(file: string, type: string, body: Buffer): Asset {
  const digest = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return { name: file.replace('.', `.${digest}.`), type, body };
}

const read = (file: string, type: string): Asset => assetOf(file, type, readFileSync(join(import.meta.dirname, file)));

/** Read once, when the process starts. */
export const styles = read('styles.css', 'text/css; charset=utf-8');
/** What scripts add to pages: see the file. */
export const enhancements = read('enhancements.js', 'text/javascript; charset=utf-8');
export const mark = read('mark.svg', 'image/svg+xml');
