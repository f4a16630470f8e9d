import { problem, type Problem } from '../../base/problems/problem.js';
import { readInput } from '../../base/problems/read-input.js';
import { nearest } from '../../base/text/nearest-word.js';
import { duplicates } from './duplicates.js';
import { halfCharacters } from './lone-surrogates.js';
import { knownFields } from './known-fields.js';
import type { FileProblem } from './problem.js';
import { realmFileSchema, type RealmFileContent } from './schema.js';
import { readSyntax, type Read } from './syntax.js';

/** A realm file that is valid in itself; `checkRealmFile` checks whether it fits its realm. */
export interface RealmFile {
  readonly content: RealmFileContent;
  /** As written, without defaults: fields that it does not name stay unchanged. */
  readonly written: WrittenRealm;
  /** With its line. */
  readonly locate: (problem: Problem) => FileProblem;
}

/** The fields in the file, entry by entry, in the content's order. */
export interface WrittenRealm {
  readonly settings?: WrittenFields;
  readonly resourceServers?: readonly WrittenFields[];
  readonly roles?: readonly WrittenFields[];
  readonly groups?: readonly WrittenFields[];
  readonly connectors?: readonly WrittenFields[];
  readonly clients?: readonly WrittenFields[];
  readonly users?: readonly WrittenFields[];
}
export type WrittenFields = Readonly<Record<string, unknown>>;

/** Parses a realm file, or returns all problems of the text. */
export function readRealmFile(text: string): Read<RealmFile> {
  const syntax = readSyntax(text);
  if (!syntax.ok) return syntax;
  const { value, lineOf } = syntax.value;
  const locate = (found: Problem): FileProblem => ({ line: lineOf(found.path), problem: found });
  const halves = halfCharacters(value).map((path) => problem('half-character', path, {}));
  if (halves.length > 0) return { ok: false, problems: halves.map(locate) };
  const read = readInput(realmFileSchema, value);
  if (!read.ok) return { ok: false, problems: read.problems.flatMap(fieldByField).map(locate) };
  const twice = duplicates(read.value);
  if (twice.length > 0) return { ok: false, problems: twice.map(locate) };
  // The schema has just verified it.
  return { ok: true, value: { content: read.value, written: value as WrittenRealm, locate } };
}

// The variant that was probably meant: one with invalid fields, instead of one that is invalid as a whole.
function fieldByField(found: Problem): readonly Problem[] {
  if (found.code !== 'unknown-fields') return [found];
  const known = knownFields(realmFileSchema, found.path);
  return found.params.fields.map((field) => {
    const meant = nearest(field, known);
    return problem('unknown-field', [...found.path, field], { known, ...(meant !== undefined && { meant }) });
  });
}
