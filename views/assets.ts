import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file that pages refer to. Its content is in its name, so that it can be kept for good. */
export interface Asset {
  readonly name: string;
  readonly type: string;
  readonly body: Buffer;
}

function asset(file: string, type: string): Asset {
  const body = readFileSync(join(import.meta.dirname, file));
  const digest = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return { name: file.replace('.', `.${digest}.`), type, body };
}

/** Read once, when the process starts. */
export const styles = asset('styles.css', 'text/css; charset=utf-8');
export const mark = asset('mark.svg', 'image/svg+xml');
