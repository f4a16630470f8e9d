import type { InputLimit } from '../../base/problems/input-problems.js';
import type { Sentences } from '../sentences.js';

export const inputSentences = {
  'wrong-type': ({ expected, received }) => `Hier wird ${kind(expected)} erwartet, nicht ${kind(received)}.`,
  'not-an-option': ({ options }) =>
    options.length === 1
      ? `Hier ist nur ${quoted(options[0])} möglich.`
      : `Hier ist nur eines davon möglich: ${options.map(quoted).join(', ')}.`,
  'too-small': (limit) => sized(limit, limit.inclusive ? 'mindestens' : 'mehr als'),
  'too-big': (limit) => sized(limit, limit.inclusive ? 'höchstens' : 'weniger als'),
  'wrong-form': ({ form, pattern }) =>
    pattern === undefined ? `Der Wert hat nicht die Form ${form}.` : `Der Text passt nicht zum Muster ${pattern}.`,
  'not-a-multiple': ({ of }) => `Die Zahl muss ein Vielfaches von ${of} sein.`,
  'unknown-fields': ({ fields }) =>
    fields.length === 1
      ? `Das Feld ${quoted(fields[0])} gibt es nicht.`
      : `Diese Felder gibt es nicht: ${fields.map(quoted).join(', ')}.`,
  'no-form-fits': () => 'Der Wert hat keine der möglichen Formen.',
  'wrong-key': () => 'Ein Schlüssel ist ungültig.',
  'wrong-element': () => 'Ein Element ist ungültig.',
  'cursor-unknown': () =>
    'Dieser Cursor gehört nicht zu dieser Liste, oder die Liste hat sich geändert. Beginnen Sie mit der ersten Seite.',
} as const satisfies Partial<Sentences>;

const KINDS: Readonly<Record<string, string>> = {
  string: 'ein Text',
  number: 'eine Zahl',
  int: 'eine ganze Zahl',
  boolean: 'wahr oder falsch',
  array: 'eine Liste',
  object: 'ein Objekt',
  record: 'ein Objekt',
  null: 'null',
  undefined: 'nichts',
};
const kind = (type: string): string => KINDS[type] ?? type;

const UNITS: Readonly<Record<string, string>> = {
  string: 'Zeichen',
  array: 'Einträge',
  set: 'Einträge',
  map: 'Einträge',
};

function sized({ of, limit }: InputLimit, bound: string): string {
  const unit = UNITS[of];
  return unit === undefined ? `Möglich ist ${bound} ${limit}.` : `Möglich sind ${bound} ${limit} ${unit}.`;
}

const quoted = (value: string | number | boolean | null | undefined): string =>
  typeof value === 'string' ? `„${value}“` : String(value);
