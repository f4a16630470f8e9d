/** Characters that control a terminal or reorder text. Line ends and tabs come from us. */
const OBEYED = /(?![\n\t])[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Makes any text safe for a terminal: each such character appears as its code. In JSON the code means the same character. */
export const printable = (text: string): string =>
  text.replace(OBEYED, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
