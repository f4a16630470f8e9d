const LONGEST = 200;

/** Characters that move text, forge a line, or are invisible. */
const CONTROL = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * A value that came from outside, as a log line or a page may name it: at most 200 characters, and without control characters. Never for what
 * can be a secret, a code, a token or a person's name. Pure, linear in what it keeps.
 */
export function quoted(value: string): string {
  const start = value.slice(0, LONGEST).replace(CONTROL, escaped);
  return start.length > LONGEST || value.length > LONGEST ? `${start.slice(0, LONGEST)}…` : start;
}

const escaped = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
