/** A name and what it is to be. */
export interface Pair {
  readonly name: string;
  readonly value: string;
}

/** `status=open`; of several signs the first one parts the two. */
export function readPair(text: string): Pair | undefined {
  const at = text.indexOf('=');
  const [name, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  return at > 0 && name !== '' && value !== '' && !/\p{C}/u.test(text) ? { name, value } : undefined;
}

export const pairFault = (text: string): string | undefined =>
  readPair(text) ? undefined : 'This is a name and a value, joined by "=", as department=sales.';
