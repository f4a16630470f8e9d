/** Between the parts of a text that several members make. */
const SEPARATOR = '/';
const LONGEST = 255;

/**
 * The text of an id or a name that one member makes, or several together. Undefined: a part is missing, has another type, or could be
 * another value: a number beyond those that JSON readers keep exactly, or a part that holds the separator.
 */
export function joinedText(values: readonly unknown[]): string | undefined {
  const parts: string[] = [];
  for (const value of values) {
    const part = partText(value);
    if (part === undefined || (values.length > 1 && part.includes(SEPARATOR))) return undefined;
    parts.push(part);
  }
  const text = parts.join(SEPARATOR);
  return text.length <= LONGEST ? text : undefined;
}

function partText(value: unknown): string | undefined {
  // Nobody's number is 0, and two numbers beyond 2^53 may be read as the same.
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? String(value) : undefined;
  const isText = typeof value === 'string' && value.trim() !== '' && value.isWellFormed() && !/\p{Cc}/u.test(value);
  return isText ? value : undefined;
}
