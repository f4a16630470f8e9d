const LONGEST = 200;

/** Characters that move text, forge a line, or are invisible. */
const CONTROL = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * An external value in a safe form for a log line or a page: at most 200 characters, without control characters. Never for a
 * possible secret, code, token or personal name. Pure, linear in the length of the result.
 */
export function quoted(value: string): string {
  const start = value.slice(0, LONGEST).replace(CONTROL, escaped);
  return start.length > LONGEST || value.length > LONGEST ? `${start.slice(0, LONGEST)}…` : start;
}

const escaped = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
