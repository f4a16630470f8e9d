import type { IncomingMessage } from 'node:http';
import { readBody } from './read-body.js';

/** The fields of a posted form, or why it was refused. */
export type FormResult = { readonly kind: 'form'; readonly fields: ReadonlyMap<string, string> } | RefusedForm;

/** The bytes of a posted form, or why they were refused. */
export type FormBody = { readonly kind: 'body'; readonly body: Buffer } | RefusedForm;

interface RefusedForm {
  readonly kind: 'refused';
  readonly status: 400 | 413 | 415;
  readonly reason: FormRefusal;
}

export type FormRefusal = 'not-a-form' | 'too-large' | 'malformed' | 'duplicate-field';

/** Enough for any of our forms; a page has a handful of short fields. */
export const FORM_LIMIT = 16 * 1024;

/**
 * Reads an urlencoded body of at most `limit` bytes. Refuses a repeated field instead of choosing one value, and
 * anything that is not UTF-8. Rejects only when the connection breaks. The server's requestTimeout limits the time.
 */
export async function readForm(req: IncomingMessage, limit = FORM_LIMIT): Promise<FormResult> {
  const read = await readFormBody(req, limit);
  if (read.kind === 'refused') return read;
  const fields = new Map<string, string>();
  for (const [name, value] of fieldsOf(read.body.toString('latin1')) ?? []) {
    if (fields.has(name)) return refused(400, 'duplicate-field');
    fields.set(name, value);
  }
  return { kind: 'form', fields };
}

/** The same with another limit, for callers that parse it themselves: a field may be repeated. */
export async function readFormBody(req: IncomingMessage, limit: number): Promise<FormBody> {
  const read = await readBody(req, { type: 'application/x-www-form-urlencoded', limit });
  if (read.kind === 'refused') return read.code === 'too-large' ? refused(413, read.code) : refused(415, 'not-a-form');
  const { bytes: body } = read;
  return fieldsOf(body.toString('latin1')) ? { kind: 'body', body } : refused(400, 'malformed');
}

/**
 * The fields of an urlencoded text, in order. Undefined if it contains a stray percent sign, invalid UTF-8, a NUL, or a byte
 * that a browser would have encoded.
 */
export function fieldsOf(text: string): [name: string, value: string][] | undefined {
  const fields: [string, string][] = [];
  for (const pair of text.split('&').filter((part) => part !== '')) {
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = decode(equals < 0 ? '' : pair.slice(equals + 1));
    if (name === undefined || value === undefined) return undefined;
    fields.push([name, value]);
  }
  return fields;
}

function decode(text: string): string | undefined {
  if (!/^[\x21-\x7e]*$/.test(text)) return undefined;
  try {
    const decoded = decodeURIComponent(text.replaceAll('+', ' '));
    return decoded.includes('\0') ? undefined : decoded;
  } catch {
    return undefined;
  }
}

const refused = (status: 400 | 413 | 415, reason: FormRefusal): RefusedForm => ({ kind: 'refused', status, reason });
