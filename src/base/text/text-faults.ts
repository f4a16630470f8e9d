/**
 * Checks that text is what it looks like. Each function returns what is wrong with a text that begins
 * with its name; undefined if nothing is. Pure, linear in the length of the text.
 */
import { problem, type Problem } from '../problems/problem.js';
import type { Alphabet, TextName } from './text-problems.js';

/** Characters that move surrounding text, forge a line, or are half of a character, which no store preserves. */
const CONTROL = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const CONTROL_IN_LINES = /(?![\t\r\n])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const SEEN = /[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** The fault of a single-line text: the name of an application, a reason. */
export const lineFault = (name: TextName, text: string): Problem | undefined =>
  controlFault(name, text, CONTROL) ?? blankFault(name, text);

/** The fault of a text that may have several lines or be empty: a description. */
export const linesFault = (name: TextName, text: string): Problem | undefined =>
  controlFault(name, text, CONTROL_IN_LINES);

function controlFault(name: TextName, text: string, control: RegExp): Problem | undefined {
  const [found] = control.exec(text) ?? [];
  return found === undefined ? undefined : problem('control-character', [], { text: name, character: codeOf(found) });
}

const blankFault = (name: TextName, text: string): Problem | undefined =>
  SEEN.test(text) ? undefined : problem('blank-text', [], { text: name });

/** `U+202E`. */
export const codeOf = (character: string): string =>
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
export function nameFault(text: TextName, name: string): Problem | undefined {
  const [unseen] = UNSEEN.exec(name) ?? [];
  if (unseen !== undefined) return problem('unseen-character', [], { text, character: codeOf(unseen) });
  if (name === '') return problem('empty-text', [], { text });
  if (ODD_SPACE.test(name)) return problem('odd-space', [], { text });
  if (name.normalize('NFC') !== name) return problem('not-composed', [], { text });
  for (const [letter] of name.matchAll(LETTER)) {
    const plain = letter.normalize('NFKC');
    if (plain !== letter) return problem('compatibility-letter', [], { text, character: codeOf(letter), plain });
  }
  return alphabetsFault(text, name);
}

/** Alphabets whose letters look alike. */
const SCRIPTS: readonly Alphabet[] = ['Latin', 'Greek', 'Cyrillic', 'Armenian', 'Cherokee', 'Coptic'];
const ALPHABETS = SCRIPTS.map((script) => [script, new RegExp(`\\p{Script=${script}}`, 'u')] as const);
const WORD = /[\p{L}\p{M}\p{Nd}]+/gu;

/**
 * The fault of a word with letters of two alphabets that look alike, such as Latin and Cyrillic. It is probably meant to be
 * confused with another word (Unicode Technical Standard 39, 5.2, "moderately restrictive"). Latin beside Chinese, Japanese, Hebrew
 * and others is common and distinguishable.
 */
export function alphabetsFault(text: TextName, name: string): Problem | undefined {
  for (const [word] of name.matchAll(WORD)) {
    const [one, other] = ALPHABETS.filter(([, letters]) => letters.test(word));
    if (one && other) return problem('mixed-alphabets', [], { text, alphabets: [one[0], other[0]] });
  }
  return undefined;
}
