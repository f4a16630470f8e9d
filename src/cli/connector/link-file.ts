import { createReadStream } from 'node:fs';
import { GatehouseError } from '../../base/errors.js';
import { boundedLines } from '../../base/text/bounded-lines.js';
import { csvFields } from '../../base/text/csv-line.js';
import { isSubject } from './upstream-subject.js';

/** One line of a link file. */
export interface LinkRow {
  readonly line: number;
  /** Absent: the line can't be read. */
  readonly link?: { readonly user: string; readonly subject: string };
}

/** Longer than any username, address or id beside any subject. */
const LONGEST_LINE = 1000;
const HEADER = ['user', 'subject'];

/** The lines of a CSV file with the columns `user` and `subject`, one at a time. @throws GatehouseError `bad-configuration` */
export async function* linkRows(file: string): AsyncGenerator<LinkRow> {
  let line = 0;
  try {
    for await (const text of boundedLines(createReadStream(file) as AsyncIterable<Buffer>, LONGEST_LINE)) {
      line++;
      const fields = text === undefined ? undefined : csvFields(text);
      if (line === 1 && fields?.join() !== HEADER.join()) throw noHeader(file);
      if (line > 1 && text !== '') yield rowOf(line, fields);
    }
  } catch (error) {
    if (error instanceof GatehouseError || !isSystemError(error)) throw error;
    throw new GatehouseError('bad-configuration', `The file ${file} can't be read: ${error.code}.`);
  }
  if (line === 0) throw noHeader(file);
}

function rowOf(line: number, fields: readonly string[] | undefined): LinkRow {
  const [user = '', subject = '', ...more] = (fields ?? []).map((field) => field.trim());
  return user !== '' && isSubject(subject) && more.length === 0 ? { line, link: { user, subject } } : { line };
}

const noHeader = (file: string): GatehouseError =>
  new GatehouseError('bad-configuration', `The first line of ${file} must be \`user,subject\`.`);

const isSystemError = (error: unknown): error is { readonly code: string } =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
