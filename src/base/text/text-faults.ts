/**
 * Checks that text is what it looks like. Each function returns what is wrong with a text, as the end of a sentence that begins
 * with its name; undefined if nothing is. Pure, linear in the length of the text.
 */

/** Characters that move surrounding text, forge a line, or are half of a character, which no store preserves. */
const CONTROL = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const CONTROL_IN_LINES = /(?![\t\r\n])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const SEEN = /[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** The fault of a single-line text: the name of an application, a reason. */
export const lineFault = (text: string): string | undefined => controlFault(text, CONTROL) ?? blankFault(text);

/** The fault of a text that may have several lines or be empty: a description. */
export const linesFault = (text: string): string | undefined => controlFault(text, CONTROL_IN_LINES);

function controlFault(text: string, control: RegExp): string | undefined {
  const [found] = control.exec(text) ?? [];
  return found === undefined ? undefined : `has the character ${codeOf(found)} in it, which nothing here may have.`;
}

const blankFault = (text: string): string | undefined =>
  SEEN.test(text) ? undefined : 'has nothing in it that can be seen.';

const codeOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** Invisible characters: controls, formats, unassigned, fillers (RFC 8264 9.13), the Braille pattern without dots. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;
const ODD_SPACE = /^ | $| {2}|(?! )\p{Z}/u;
/** Letters and digits that are variants of others: fullwidth, mathematical, ligatures (RFC 8264 9.17). */
const LETTER = /[\p{L}\p{Nd}]/gu;

/**
 * The fault of a name that grants access and is compared exactly: of a role, a group. Names that look alike must be equal, so
 * each has one permitted spelling. It has nothing invisible, single spaces, composed characters (NFC), no letters of a
 * compatibility form, and no word of mixed alphabets. Whole words that look alike in two alphabets are possible, and so are
 * upper and lower case, which are visible.
 */
export function nameFault(name: string): string | undefined {
  const [unseen] = UNSEEN.exec(name) ?? [];
  if (unseen !== undefined) return `has the character ${codeOf(unseen)} in it, which nobody sees.`;
  if (name === '') return 'has nothing in it.';
  if (ODD_SPACE.test(name)) return 'has a space at its assignment, two in a row, or one that is not the usual space.';
  if (name.normalize('NFC') !== name) return 'has a letter and its accent apart: write them as one character (NFC).';
  for (const [letter] of name.matchAll(LETTER)) {
    const plain = letter.normalize('NFKC');
    if (plain !== letter) return `has ${codeOf(letter)} in it, which is another way to write ${plain}: write that.`;
  }
  return alphabetsFault(name);
}

/** Alphabets whose letters look alike. */
const ALPHABETS = ['Latin', 'Greek', 'Cyrillic', 'Armenian', 'Cherokee', 'Coptic'].map(
  (script) => [script, new RegExp(`\\p{Script=${script}}`, 'u')] as const,
);
const WORD = /[\p{L}\p{M}\p{Nd}]+/gu;

/**
 * The fault of a word with letters of two alphabets that look alike, such as Latin and Cyrillic: it is probably meant to be
 * confused with another (Unicode Technical Standard 39, 5.2, "moderately restrictive"). Latin beside Chinese, Japanese, Hebrew
 * and others is common and distinguishable.
 */
export function alphabetsFault(name: string): string | undefined {
  for (const [word] of name.matchAll(WORD)) {
    const [one, other] = ALPHABETS.filter(([, letters]) => letters.test(word));
    if (one && other) return `mixes ${one[0]} and ${other[0]} letters in one word: some look the same.`;
  }
  return undefined;
}
