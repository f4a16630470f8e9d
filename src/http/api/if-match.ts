import type { ApiRefusal } from './refusal.js';

/** Whether a caller may or must send the version that it read. */
export type VersionRule = 'optional' | 'required';

/** The version that a change expects; `any`: the object must exist, at any version. */
export type ExpectedVersion = number | 'any';

type IfMatch =
  { readonly ok: true; readonly expected?: ExpectedVersion } | { readonly ok: false; readonly refusal: ApiRefusal };

export const etagOf = (version: number): string => `"${version}"`;

/**
 * Reads If-Match (RFC 9110 13.1.1). A weak tag counts as its version: proxies that compress make strong tags weak, and a version names
 * the content whatever its encoding. A tag that is no version matches nothing.
 */
export function readIfMatch(header: string, rule: VersionRule): IfMatch {
  const text = header.trim();
  if (text === '') return rule === 'optional' ? { ok: true } : refused('precondition-required', NEEDED);
  if (text === '*') return { ok: true, expected: 'any' };
  if (!/^(?:W\/)?"[\x21\x23-\x7e]*"$/.test(text)) return refused('invalid', 'If-Match: send one entity tag, or *.');
  const version = /^(?:W\/)?"(0|[1-9]\d{0,14})"$/.exec(text)?.[1];
  return version === undefined ? refused('precondition-failed', OTHER) : { ok: true, expected: Number(version) };
}

const NEEDED = 'If-Match: send the ETag of the version that you read. It protects changes that others made since.';
const OTHER = 'If-Match: the thing is at another version. Read it again.';

const refused = (code: ApiRefusal['code'], detail: string): IfMatch => ({ ok: false, refusal: { code, detail } });
