import type { InputLimit } from '../../base/problems/input-problems.js';
import type { Sentences } from '../sentences.js';

export const inputSentences = {
  'wrong-type': ({ expected, received }) => `Invalid input: expected ${expected}, received ${received}`,
  'not-an-option': ({ options }) =>
    options.length === 1
      ? `Invalid input: expected ${quoted(options[0])}`
      : `Invalid option: expected one of ${options.map(quoted).join('|')}`,
  'too-small': (limit) => `Too small: expected ${limit.of} to ${sized(limit, '>')}`,
  'too-big': (limit) => `Too big: expected ${limit.of} to ${sized(limit, '<')}`,
  'wrong-form': ({ form, pattern }) =>
    pattern === undefined ? `Invalid ${form}` : `Invalid string: must match pattern ${pattern}`,
  'not-a-multiple': ({ of }) => `Invalid number: must be a multiple of ${of}`,
  'unknown-fields': ({ fields }) => `Unrecognized key${fields.length > 1 ? 's' : ''}: ${fields.map(quoted).join(', ')}`,
  'no-form-fits': () => 'Invalid input',
  'wrong-key': ({ of }) => `Invalid key in ${of}`,
  'wrong-element': ({ of }) => `Invalid value in ${of}`,
  'cursor-unknown': () =>
    'This cursor does not belong to this list, or the list has changed. Start with the first page.',
} as const satisfies Partial<Sentences>;

const UNITS: Readonly<Record<string, string>> = { string: 'characters', array: 'items', set: 'items', map: 'entries' };

function sized({ of, limit, inclusive }: InputLimit, sign: '<' | '>'): string {
  const bound = `${sign}${inclusive ? '=' : ''}${limit}`;
  const unit = UNITS[of];
  return unit === undefined ? `be ${bound}` : `have ${bound} ${unit}`;
}

const quoted = (value: string | number | boolean | null | undefined): string =>
  typeof value === 'string' ? `"${value}"` : String(value);
