import type { z } from 'zod';
import { nearest } from '../../base/text/nearest-word.js';
import { duplicates } from './duplicates.js';
import { halfCharacters } from './lone-surrogates.js';
import { knownFields } from './known-fields.js';
import { fieldName, type Path, type Problem } from './problem.js';
import { realmFileSchema, type RealmFileContent } from './schema.js';
import { readSyntax, type Read } from './syntax.js';

/** A realm file that is valid in itself; `checkRealmFile` checks whether it fits its realm. */
export interface RealmFile {
  readonly content: RealmFileContent;
  /** As written, without defaults: fields that it does not name stay unchanged. */
  readonly written: WrittenRealm;
  readonly problem: (path: Path, message: string) => Problem;
}

/** The fields in the file, entry by entry, in the content's order. */
export interface WrittenRealm {
  readonly settings?: WrittenFields;
  readonly resourceServers?: readonly WrittenFields[];
  readonly roles?: readonly WrittenFields[];
  readonly groups?: readonly WrittenFields[];
  readonly clients?: readonly WrittenFields[];
  readonly users?: readonly WrittenFields[];
}
export type WrittenFields = Readonly<Record<string, unknown>>;

/** A wrong value may be a megabyte long; its beginning is enough to recognise it. */
const LONGEST_SAID = 1000;
const shortened = (text: string): string =>
  text.length > LONGEST_SAID ? `${text.slice(0, LONGEST_SAID)}\u2026` : text;

/** Parses a realm file, or returns all problems of the text. */
export function readRealmFile(text: string): Read<RealmFile> {
  const syntax = readSyntax(text);
  if (!syntax.ok) return syntax;
  const { value, lineOf } = syntax.value;
  const problem = (path: Path, message: string): Problem => ({
    line: lineOf(path),
    field: shortened(fieldName(path)),
    message: shortened(message),
  });
  const halves = halfCharacters(value).map((path) =>
    problem(path, 'It has half of a character in it (U+D800 to U+DFFF).'),
  );
  if (halves.length > 0) return { ok: false, problems: halves };
  const parsed = realmFileSchema.safeParse(value);
  if (!parsed.success) {
    return { ok: false, problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, problem)) };
  }
  const twice = duplicates(parsed.data).map(({ path, message }) => problem(path, message));
  if (twice.length > 0) return { ok: false, problems: twice };
  // The schema has just verified it.
  return { ok: true, value: { content: parsed.data, written: value as WrittenRealm, problem } };
}

function problemsOf(issue: z.core.$ZodIssue, problem: RealmFile['problem']): Problem[] {
  if (issue.code === 'invalid_union') {
    // The variant that was probably meant: one with invalid fields, instead of one that is invalid as a whole.
    const meant = issue.errors.find((inner) => inner.length > 0 && inner.every(({ path }) => path.length > 0));
    const odd = issue.errors.flat().find(({ code }) => code === 'unrecognized_keys');
    const within = meant ?? (odd ? [odd] : undefined);
    if (within) {
      return within.flatMap((inner) => problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, problem));
    }
  }
  if (issue.code !== 'unrecognized_keys') return [problem(issue.path, issue.message)];
  const known = knownFields(realmFileSchema, issue.path);
  return issue.keys.map((key) => {
    const meant = nearest(key, known);
    const cure = meant ? `did you mean ${meant}?` : `known here: ${known.join(', ')}.`;
    return problem([...issue.path, key], `There is no such field; ${cure}`);
  });
}
