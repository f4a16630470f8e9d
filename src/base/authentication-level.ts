/**
 * The authentication levels that Gatehouse reaches, weakest first, as `acr` values: whoever reaches one has reached those
 * below it. They say what was shown, in words that stay true when stronger ones are added above.
 */
export const LEVELS = ['urn:gatehouse:acr:password', 'urn:gatehouse:acr:two-factor'] as const;

export type Level = (typeof LEVELS)[number];

export const [PASSWORD, TWO_FACTOR] = LEVELS;

/** Whether who has reached the first has what the second demands. */
export const atLeast = (level: Level, wanted: Level): boolean => LEVELS.indexOf(level) >= LEVELS.indexOf(wanted);

/** The highest of them; the lowest there is, of none. */
export const highestOf = (levels: readonly Level[]): Level =>
  levels.reduce((highest, level) => (atLeast(level, highest) ? level : highest), PASSWORD);

/** Among these `acr` values, those that Gatehouse knows, in the same order. */
export const levelsAmong = (acrValues: readonly string[]): readonly Level[] =>
  acrValues.flatMap((value) => LEVELS.filter((level) => level === value));
