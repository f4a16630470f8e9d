import type { IncomingMessage } from 'node:http';

/** What a posted form says, or why it is not read. */
export type FormResult =
  | { readonly kind: 'form'; readonly fields: ReadonlyMap<string, string> }
  | { readonly kind: 'refused'; readonly status: 400 | 413 | 415; readonly reason: FormRefusal };

export type FormRefusal = 'not-a-form' | 'too-large' | 'malformed' | 'duplicate-field';

/** Enough for any form of ours; a page has a handful of short fields. */
export const FORM_LIMIT = 16 * 1024;

/**
 * Reads an urlencoded body of at most {@link FORM_LIMIT} bytes. A field that comes twice is refused rather than one of the
 * two being chosen, and so is what is not UTF-8. Rejects only when the connection breaks. How long it may take is the
 * server's requestTimeout.
 */
export async function readForm(req: IncomingMessage): Promise<FormResult> {
  const type = req.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return refused(415, 'not-a-form');
  if (Number(req.headers['content-length'] ?? 0) > FORM_LIMIT) return refused(413, 'too-large');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > FORM_LIMIT) return refused(413, 'too-large');
    chunks.push(chunk);
  }
  return parseForm(Buffer.concat(chunks).toString('latin1'));
}

function parseForm(body: string): FormResult {
  const fields = new Map<string, string>();
  for (const pair of body.split('&').filter((part) => part !== '')) {
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = decode(equals < 0 ? '' : pair.slice(equals + 1));
    if (name === undefined || value === undefined) return refused(400, 'malformed');
    if (fields.has(name)) return refused(400, 'duplicate-field');
    fields.set(name, value);
  }
  return { kind: 'form', fields };
}

/** Undefined for a stray percent sign, what is not UTF-8, a NUL, and for bytes that a browser would have encoded. */
function decode(text: string): string | undefined {
  if (!/^[\x21-\x7e]*$/.test(text)) return undefined;
  try {
    const decoded = decodeURIComponent(text.replaceAll('+', ' '));
    return decoded.includes('\0') ? undefined : decoded;
  } catch {
    return undefined;
  }
}

const refused = (status: 400 | 413 | 415, reason: FormRefusal): FormResult => ({ kind: 'refused', status, reason });
