/**
 * The authentication levels of Gatehouse as `acr` values, weakest first; each includes those before it. Their names describe
 * the proof, and stay true when stronger levels are added.
 */
export const LEVELS = ['urn:gatehouse:acr:password', 'urn:gatehouse:acr:two-factor'] as const;

export type Level = (typeof LEVELS)[number];

export const [PASSWORD, TWO_FACTOR] = LEVELS;

/** Whether the first level satisfies the second. */
export const atLeast = (level: Level, wanted: Level): boolean => LEVELS.indexOf(level) >= LEVELS.indexOf(wanted);

/** The highest of them; the lowest level if there are none. */
export const highestOf = (levels: readonly Level[]): Level =>
  levels.reduce((highest, level) => (atLeast(level, highest) ? level : highest), PASSWORD);

/** Among these `acr` values, those that Gatehouse knows, in the same order. */
export const levelsAmong = (acrValues: readonly string[]): readonly Level[] =>
  acrValues.flatMap((value) => LEVELS.filter((level) => level === value));
