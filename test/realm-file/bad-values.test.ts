/**
 * An invalid value anywhere in a realm file is reported at its place, and nothing is changed; accepted exceptions are listed
 * here with reasons.
 */
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { byKind } from '../../src/federation/connectors/connector-settings.js';
import { planFile } from '../../src/realm-file/plan-file.js';
import type { ProblemPath } from '../../src/base/problems/problem.js';
import { fieldName, problemText } from '../../src/realm-file/read/problem.js';
import { readRealmFile } from '../../src/realm-file/read/read-realm-file.js';
import { realmFileSchema } from '../../src/realm-file/read/schema.js';
import { secretsAt } from '../../src/realm-file/secrets/secrets.js';
import { awayKind, quietKind, wholeRealm, wholeRealmSecrets } from './whole-realm.js';

const secrets = secretsAt('/nowhere', wholeRealmSecrets);
type ShownProblem = ReturnType<typeof problemText>;
async function problemsOf(file: unknown): Promise<readonly ShownProblem[]> {
  // JSON is YAML.
  const read = readRealmFile(JSON.stringify(file));
  if (!read.ok) return read.problems.map(problemText);
  const checked = await planFile({ connectorKinds: byKind([quietKind, awayKind]) }, read.value, secrets, {
    makeSecrets: false,
    generatePasswords: false,
  });
  return checked.ok ? [] : checked.problems.map(problemText);
}

interface Place {
  readonly path: ProblemPath;
  readonly value: unknown;
}
function* placesIn(value: unknown, path: ProblemPath = []): Iterable<Place> {
  yield { path, value };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, one] of Object.entries(value))
    yield* placesIn(one, [...path, Array.isArray(value) ? Number(key) : key]);
}
/** `users[].roles[].role`: the field, whichever entry it is of. */
const kindOf = (path: ProblemPath): string => fieldName(path).replace(/\[\d+\]/g, '[]');

function put(value: unknown, [step, ...rest]: ProblemPath, wanted: unknown): unknown {
  if (step === undefined) return wanted;
  const copy: unknown = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) };
  const fields = copy as Record<PropertyKey, unknown>;
  fields[step] = put(fields[step], rest, wanted);
  return copy;
}

const places = [...placesIn(wholeRealm)];
/** Places of the same kind are checked by the same rule, but that kinds of limitations and keys have rules of their own. */
const texts = places.filter(
  ({ path, value }, at) =>
    typeof value === 'string' &&
    (/limitations|jwks/.test(kindOf(path)) || places.findIndex((one) => kindOf(one.path) === kindOf(path)) === at),
);

/** Every field of the schema that may hold a text, and every object. */
function* fieldsOf(schema: z.core.$ZodType, field = ''): Iterable<string> {
  if (schema instanceof z.ZodObject) {
    for (const [name, one] of Object.entries<z.core.$ZodType>(schema.shape)) {
      yield* fieldsOf(one, field === '' ? name : `${field}.${name}`);
    }
  } else if (schema instanceof z.ZodArray) yield* fieldsOf(schema.element, `${field}[]`);
  else if (schema instanceof z.ZodUnion) {
    for (const each of schema.options as z.core.$ZodType[]) yield* fieldsOf(each, field);
  } else if (schema instanceof z.ZodPipe) yield* fieldsOf(schema.in, field);
  else {
    const { innerType } = schema._zod.def as { readonly innerType?: z.core.$ZodType };
    if (innerType) yield* fieldsOf(innerType, field);
    else yield field;
  }
}

test('the whole realm of this test is right, and names every field that there is', async () => {
  expect(await problemsOf(wholeRealm)).toEqual([]);
  const named = new Set(places.map(({ path }) => kindOf(path)));
  const unnamed = [...new Set(fieldsOf(realmFileSchema))].filter((field) => !named.has(field));
  expect(unnamed).toEqual([]);
});

const within = (odd: string) => (text: string) => {
  const middle = Math.ceil(text.length / 2);
  return text.slice(0, middle) + odd + text.slice(middle);
};
/** Letters of Latin that have a Cyrillic look-alike, in the same order. */
const [LATIN, CYRILLIC] = ['aceopxy', 'асеорху'];

const BAD: Readonly<Record<string, (text: string) => unknown>> = {
  'a NUL': within('\0'),
  'an escape': within('\u001b[2J'),
  'a line end': within('\n'),
  'half of a character': within('\ud800'),
  'a turn of direction': within('\u202e'),
  'a zero-width space': within('\u200b'),
  'a filler': within('\u3164'),
  'a no-break space': within('\u00a0'),
  'a letter of another alphabet': (text) =>
    text.replace(new RegExp(`[${LATIN}]`), (letter) => CYRILLIC[LATIN.indexOf(letter)] ?? letter),
  'an accent apart': within('e\u0301'),
  'a fullwidth letter': within('\uff41'),
  nothing: () => '',
  'a blank': () => ' ',
  'no end': (text) => text + 'x'.repeat(100_000),
  'an operator of the store': () => ({ $ne: '' }),
  'another operator': () => ({ $gt: '', $where: 'sleep(1000)' }),
  'a prototype': () => JSON.parse('{"__proto__": {"x": 1}}') as unknown,
  'a list of lists': () => [[]],
  'a number': () => 17,
  null: () => null,
};

const ALL_TEXT = [
  'a zero-width space',
  'a filler',
  'a no-break space',
  'a letter of another alphabet',
  'an accent apart',
  'a fullwidth letter',
];
const EMPTY = ['nothing', 'a blank'];

/** Values that are accepted on purpose, by place, with reasons. */
const TAKEN: readonly { readonly why: string; readonly where: RegExp; readonly what: readonly string[] }[] = [
  {
    why: 'is shown to people who may write in any language, and opens nothing',
    where:
      /^settings\.contact\.text$|(?:^settings|Servers\[\]|clients\[\])\.name$|\.reason$|\.displayName$|\.profile\.(?:name|\w+Name|nickname|gender)$/,
    what: ALL_TEXT,
  },
  {
    why: 'is a text of several lines, and opens nothing',
    where: /\.description$/,
    what: [...ALL_TEXT, ...EMPTY, 'a line end'],
  },
  {
    why: 'is a line of an address on paper',
    where: /\.profile\.address\./,
    what: ALL_TEXT,
  },
  { why: 'is as it is written on an envelope', where: /\.address\.(?:formatted|streetAddress)$/, what: ['a line end'] },
  {
    why: 'is a value that the organisation writes; where a limitation wants another one, it holds for nobody',
    where: /\.attributes\[\]\.value$/,
    what: [...ALL_TEXT, ...EMPTY, 'a line end'],
  },
  {
    why: 'wants such a value, and holds for nobody where there is none',
    // A user's attribute, and a resource's.
    where: /^roles\[\d+\]\.policies\[\d+\]\.limitations\[[09]\]\.values\[\d+\]$/,
    what: ['a filler', 'a no-break space', 'a letter of another alphabet', 'an accent apart', 'a fullwidth letter'],
  },
  {
    why: 'is put around names, or keeps names from being told',
    where: /\.claims\[\]\.(?:separator|only\[\]|prefix)$/,
    what: [
      'a filler',
      'a no-break space',
      'a letter of another alphabet',
      'an accent apart',
      'a fullwidth letter',
      'a blank',
    ],
  },
  {
    why: 'is one name with what it is another way to write, which sign-in finds it by',
    where: /\.(?:username|email|except\[\])$/,
    what: ['an accent apart', 'a fullwidth letter'],
  },
  {
    why: 'is an address that others gave; its domain is kept in ASCII',
    where: /\.email$/,
    what: ['a letter of another alphabet'],
  },
  {
    why: 'is a domain, which is kept in ASCII',
    where: /\.domains\[\](?:\.name)?$/,
    what: ['a letter of another alphabet', 'an accent apart', 'a fullwidth letter'],
  },
  {
    why: 'names what the upstream tells, as it writes that; what it leads to is a name of ours',
    where:
      /\.(?:mapping\.(?:profile\[\]\.(?:from|join\[\]|split)|groups\[\]\.(?:exact|prefix|pattern)|level\[\]\.(?:from|amr))|rules\.claims\[\]\.(?:claim|values\[\]))$/,
    what: ALL_TEXT,
  },
  {
    why: 'is the name of a group or level of the upstream, or a value of a claim, which nothing but an equal one meets',
    where: /\.(?:mapping\.(?:groups\[\]\.(?:exact|prefix)|level\[\]\.(?:from|amr))|rules\.claims\[\]\.values\[\])$/,
    what: ['a blank', 'a line end'],
  },
  {
    why: 'is a part of values, which are checked as those that a person writes',
    where: /\.mapping\.profile\[\]\.(?:pattern|to|with|at)$/,
    what: [...ALL_TEXT, 'a line end'],
  },
  { why: 'is such a part, and stands alone', where: /\.mapping\.profile\[\]\.(?:to|at)$/, what: ['a blank'] },
  { why: 'joins values without anything between', where: /\.mapping\.profile\[\]\.with$/, what: ['nothing'] },
  {
    why: 'may run over several lines',
    where: /\.mapping\.(?:profile\[\]\.expression|groups\[\]\.pattern)$/,
    what: ['a line end'],
  },
  { why: 'takes the person out of the customer group', where: /^users\[\d+\]\.customerGroup$/, what: ['null'] },
  { why: 'is kept without line ends', where: /\.profile\.(?:page|picture|website)$/, what: ['a line end'] },
  {
    why: "is a page in the person's own language, which nothing here asks",
    where: /\.profile\.(?:page|picture|website)$/,
    what: ['a filler', 'an accent apart', 'a fullwidth letter'],
  },
];

const isTaken = (path: ProblemPath, what: string): boolean =>
  TAKEN.some(
    ({ where, what: taken }) => (where.test(kindOf(path)) || where.test(fieldName(path))) && taken.includes(what),
  );

/** Faults that are reported for the whole object: of a key, and of claims that do not fit their client. */
const NAMED_BY_THE_WHOLE = /^clients\[\]\.(?:jwks\.keys\[\]|claims)(?=[.[])/;
const wholeOf = (path: ProblemPath): string => {
  const [whole] = NAMED_BY_THE_WHOLE.exec(kindOf(path)) ?? [];
  return fieldName(path.slice(0, whole === undefined ? undefined : whole.includes('jwks') ? 4 : 3));
};
const names = (problems: readonly ShownProblem[], path: ProblemPath): boolean => {
  const [own, whole] = [fieldName(path), wholeOf(path)];
  if (own === '') return problems.some(({ field }) => !/[.[]/.test(field));
  return problems.some(
    ({ field }) => field === whole || field === own || field.startsWith(`${own}.`) || field.startsWith(`${own}[`),
  );
};

describe('a realm file is refused, by the field that is wrong, for', () => {
  test.each(Object.entries(BAD))('%s wherever a text stands', async (what, spoil) => {
    const spoiled = texts.flatMap(({ path, value }) => {
      const bad = spoil(String(value));
      return bad === value ? [] : [{ path, bad }];
    });
    // All at once first: whatever is named then is settled, and what is left is asked one by one.
    const all = await problemsOf(spoiled.reduce<unknown>((file, { path, bad }) => put(file, path, bad), wholeRealm));
    const left = spoiled.filter(({ path }) => isTaken(path, what) || !names(all, path));
    const wrong: string[] = [];
    for (const { path, bad } of left) {
      const problems = await problemsOf(put(wholeRealm, path, bad));
      const answered =
        problems.length === 0
          ? 'taken'
          : names(problems, path)
            ? 'refused'
            : `told elsewhere: ${problems[0]?.field ?? ''}`;
      if (answered !== (isTaken(path, what) ? 'taken' : 'refused')) wrong.push(`${fieldName(path)}: ${answered}`);
    }
    expect(wrong).toEqual([]);
    expect(Math.max(0, ...all.map(({ field, sentence }) => field.length + sentence.length))).toBeLessThan(2500);
  });

  test('half of a character within an expression, which has rules of its own', async () => {
    const rule = 'username == "\ud800"';
    const problems = await problemsOf({ groups: [{ name: 'odd', type: 'segment', rule }] });
    expect(problems.map(({ field }) => field)).toEqual(['groups[0].rule']);
  });

  test("a key's exponent without end, at once", async () => {
    const at = ['clients', 3, 'jwks', 'keys', 2, 'e'];
    const began = performance.now();
    const problems = await problemsOf(put(wholeRealm, at, 'AQAB'.repeat(100_000)));
    expect([names(problems, at), performance.now() - began < 5000]).toEqual([true, true]);
  });

  test.each(['$ne', '$where', '__proto__', 'constructor', 'toString', 'x\u202ey', 'x'.repeat(100_000)])(
    'the field %.20s wherever fields stand',
    async (name) => {
      const field = { value: { x: 1 }, enumerable: true, configurable: true, writable: true };
      const objects = places.filter(({ value }) => typeof value === 'object' && !Array.isArray(value));
      const all = objects.toReversed().reduce<unknown>((file, { path }) => {
        const at = path.reduce((value, step) => (value as Record<PropertyKey, unknown>)[step], file);
        return put(file, path, Object.defineProperty({ ...(at as object) }, name, field));
      }, wholeRealm);
      const problems = await problemsOf(all);
      expect(objects.filter(({ path }) => !names(problems, path)).map(({ path }) => fieldName(path))).toEqual([]);
      expect(Math.max(...problems.map((problem) => problem.field.length + problem.sentence.length))).toBeLessThan(2500);
      expect({}).not.toHaveProperty('x');
    },
  );
});
