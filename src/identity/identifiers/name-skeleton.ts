import unhomoglyph from 'unhomoglyph';

/**
 * The skeleton of a normalized name (Unicode Technical Standard 39, 4, with Unicode 13's `confusables.txt`): names that look
 * alike have one skeleton. It is coarser in two ways, for letters that fonts draw alike although the table separates them. It
 * ignores case, and treats `i` as `l` (the table maps Cyrillic palochka to `i`, but it looks like `l`). Never shown to users.
 * Pure.
 */
export const skeletonOf = (name: string): string =>
  unhomoglyph(name.normalize('NFD')).normalize('NFD').toLowerCase().replaceAll('i', 'l');

/**
 * Scripts of living languages (Unicode Standard Annex 31, table 5), except those that share letters or that fonts draw
 * together.
 */
const SCRIPTS = (
  'Latin Greek Cyrillic Armenian Cherokee Coptic Georgian Hebrew Arabic Thaana Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu ' +
  'Kannada Malayalam Sinhala Thai Lao Tibetan Myanmar Ethiopic Khmer Canadian_Aboriginal Lisu Deseret Osage Glagolitic Gothic Syriac'
)
  .split(' ')
  .map((script) => [script, new RegExp(`\\p{Script_Extensions=${script}}`, 'u')] as const);
/** Chinese, Japanese and Korean are written in several scripts at once (Unicode Technical Standard 39, 5.1). */
const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}]/u;
const DIGIT = /\p{Nd}/u;
const OF_NONE = /[\p{Script=Common}\p{Script=Inherited}]/u;

/** The scripts of a name, sorted. Digits and marks without a script count as Latin if there is nothing else. Pure. */
export function scriptsOf(name: string): string {
  const scripts = new Set<string>();
  for (const character of name) {
    // A mark without a script belongs to the letter before it; a digit without a script may belong to one, such as Arabic.
    if (OF_NONE.test(character) && !DIGIT.test(character)) continue;
    const known = SCRIPTS.find(([, letters]) => letters.test(character))?.[0];
    if (EAST_ASIAN.test(character)) scripts.add('EastAsian');
    else if (known !== undefined) scripts.add(known);
    else if (!OF_NONE.test(character)) scripts.add('another');
  }
  return scripts.size === 0 ? 'Latin' : [...scripts].sort().join('+');
}

/**
 * Whether a name is written in other scripts than another one with the same skeleton: `аӏісе` in Cyrillic beside `alice`. Pure.
 */
export const isLookalike = (name: string, other: string): boolean =>
  skeletonOf(name) === skeletonOf(other) && scriptsOf(name) !== scriptsOf(other);
