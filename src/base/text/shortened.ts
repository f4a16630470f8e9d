/** How much of a value from outside is shown. A line is read by a person, and a directory may hold pictures. */
const SHOWN = 200;

/** A value as a line shows it: a long one is cut, and says how long it is. */
export const shortened = (value: string): string =>
  value.length > SHOWN ? `${value.slice(0, SHOWN).toWellFormed()}... (${value.length} characters)` : value;
