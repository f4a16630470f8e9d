import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A static file of the pages. Its name contains a hash of its content, so browsers may cache it permanently. */
export interface Asset {
  readonly name: string;
  readonly type: string;
  readonly body: Buffer;
}

/** The branding of a realm's pages. Absent fields fall back to Gatehouse's defaults. */
export interface Brand {
  /** Colours, loaded after our own style sheet. */
  readonly styles?: Asset;
  readonly logo?: Asset;
  /** The logo for dark mode, if it differs. */
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
/** Optional enhancements by script; the file describes them. */
export const enhancements = read('enhancements.js', 'text/javascript; charset=utf-8');
export const mark = read('mark.svg', 'image/svg+xml');
