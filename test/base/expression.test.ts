import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sentence } from '../../src/sentences/sentence.js';
import { compileExpression, type Variables } from '../../src/base/expressions/expression.js';
import { BOUNDS } from '../../src/base/expressions/expression-bounds.js';
import { cpuMilliseconds } from '../support/cpu-milliseconds.js';

const variables: Variables = {
  attributes: 'map<string, list<string>>',
  resource: 'map<string, dyn>',
  country: 'string',
  now: 'google.protobuf.Timestamp',
  behaviour: { functions: { count: ['string', 'int'] } },
  stock: { functions: { count: ['string'] } },
};
const read = (source: string) => compileExpression(source, variables);
function judged(source: string, bindings: Record<string, unknown>): boolean | 'missing' {
  const compiled = read(source);
  if (!compiled.ok) throw new Error(sentence(compiled.fault, 'en'));
  return compiled.value.evaluate(bindings);
}

const bindings = {
  attributes: { department: ['sales', 'export'], grade: ['7'] },
  resource: { status: 'open', amount: 120, tags: ['a', 'b'] },
  country: 'DE',
  now: new Date('2026-11-26T10:00:00Z'),
  behaviour: { count: (kind: string, days: number) => (kind === 'purchase' ? days : 0) },
  stock: { count: () => 3.7 },
};

describe('an expression', () => {
  test.each<[string, boolean | 'missing']>([
    ['"sales" in attributes.department', true],
    ['attributes.department.exists(one, one.startsWith("ex"))', true],
    ['int(attributes.grade[0]) >= 8', false],
    ['resource.status == "open" && resource.amount < 200.0', true],
    ['country == "DE" || country == "AT"', true],
    ['now.getFullYear() == 2026', true],
    ['now < timestamp("2026-11-26T11:30:00+01:00")', true],
    ['now - timestamp("2026-11-26T00:00:00Z") < duration("9h")', false],
    ['resource.amount + 1 == 121 && resource.amount < 120.5', true],
    ['behaviour.count("purchase", 30) >= 30 && stock.count("x") == 3', true],
    ['has(attributes.nothing) && attributes.nothing[0] == "x"', false],
    ['attributes.nothing[0] == "x"', 'missing'],
    ['resource.nothing == 1', 'missing'],
    ['"x" in attributes.department', false],
  ])('%s is %j', (source, expected) => {
    expect(judged(source, bindings)).toBe(expected);
  });

  test('says which variables it looks at', () => {
    const compiled = read('country == "DE" && resource.status == "open"');
    expect(compiled.ok && [...compiled.value.uses].sort()).toEqual(['country', 'resource']);
  });

  test('looks at nothing that is larger than it may, so that no list or text makes it slow', () => {
    const all = 'resource.tags.all(x, x in resource.tags)';
    const tags = (count: number, length = 9): string[] =>
      Array.from({ length: count }, (_, at) => String(at).padEnd(length, 'x'));
    expect(judged(all, { resource: { tags: tags(BOUNDS.items) } })).toBe(true);
    expect(judged(all, { resource: { tags: tags(BOUNDS.items + 1) } })).toBe('missing');
    expect(judged(all, { resource: { tags: tags(1, BOUNDS.text + 1) } })).toBe('missing');
    expect(judged(all, { resource: { tags: tags(1), others: Array.from({ length: 6 }, () => tags(99)) } })).toBe(
      'missing',
    );
    expect(judged(all, { resource: { tags: null } })).toBe('missing');
    expect(judged('country == "DE"', { ...bindings, resource: { tags: tags(1e5) } })).toBe(true);
  });

  test('that was taken ends soon on the largest values there can be', async () => {
    const tags = Array.from({ length: BOUNDS.items }, (_, at) => 'a'.repeat(BOUNDS.text - 4) + String(at));
    const worst = [
      'resource.a.exists(x, resource.a.exists(y, x == "b"))',
      'resource.a.exists(x, x in resource.b && x == "b")',
      Array<string>(9).fill('resource.a.exists(x, x.contains(country))').join(' || '),
      `(${Array<string>(30).fill('resource.a').join('+')}).exists(x, x + x + x == "b")`,
    ];
    for (const source of worst) {
      const given = { resource: { a: tags, b: tags.slice(0, 5) }, country: `b${'a'.repeat(500)}` };
      expect(await cpuMilliseconds(() => expect(judged(source, given)).toBeDefined())).toBeLessThan(500);
    }
  });

  test('is not reached by what its functions throw', () => {
    const asks = 'behaviour.count("purchase", 30) > 0';
    const count = (): number => {
      throw new Error('broken');
    };
    for (const behaviour of [{ count }, {}, null, { count: () => 'many' }])
      expect(judged(asks, { behaviour })).toBe('missing');
  });

  test('is missing what nobody told it', () => {
    expect(judged('country == "DE"', {})).toBe('missing');
    expect(judged('attributes.a[0] == "x"', { attributes: {} })).toBe('missing');
  });

  test.each([
    ['', /no expression/],
    ['country ==', /EOF/],
    ['county == "DE"', /county.*may look at.*country/s],
    ['country', /true or false/],
    ['country == 1', /string/],
    ['country.matches("(a+)+$")', /no function matches/],
    ['[1].map(x, x).exists(x, x == 1)', /no function map/],
    ['country.split("").join("xxxxxxxx") == ""', /no function (split|join)/],
    ['attributes.a.exists(x, attributes.b.exists(y, x == y))', /multiply/],
    [`country == "${'x'.repeat(3000)}"`, /longer than 2000/],
    [Array.from({ length: 150 }, () => 'country == "DE"').join(' || '), /nodes|longer|depth/i],
    [`${'('.repeat(60)}true${')'.repeat(60)}`, /depth|nest/i],
    [`country in [${Array.from({ length: 150 }, () => '"x"').join(',')}]`, /list|elements/i],
    ['constructor == 1', /constructor/],
    ['eval("1") == 1', /no function eval/],
    // Nested loops over lists: more than a second for 20,000 values, if they were evaluated.
    [
      'resource.tags.exists(x, x in resource.tags) && resource.tags.all(x, x in resource.tags) && resource.tags.all(x, x in resource.tags)',
      /steps/,
    ],
    ['attributes.a.all(x, attributes.b.all(y, x.contains(y)))', /steps/],
    [
      `(${Array<string>(20).fill('attributes.a').join('+')}).all(x, (${Array<string>(20).fill('attributes.a').join('+')}).all(y, y < x))`,
      /steps/,
    ],
    // Would be read in the machine's zone.
    ['now < timestamp("2026-11-26 10:30:00.000")', /with its zone/],
    ['now < timestamp("2026-11-26T10:30:00.000")', /with its zone/],
    ['now < timestamp(country)', /with its zone/],
    ['now.getHours("Europe/Berlin") == 11', /takes no zone/],
    ['attributes.a.exists(country, country == "DE")', /country is a name already/],
    ['contry == "DE"', /no variable contry here \(did you mean country\?\)/],
    ['behaviour.sum("x", 1) == 1', /no function sum.*there are count/],
    ['stock.count("x", 1) == 1', /overload/],
    ['b"x" == b"x"', /bytes/],
    [`${'!'.repeat(1990)}true`, /nodes/i],
    ['country == "\u0000', /./],
  ])('%j is refused with a sentence', (source, said) => {
    const compiled = read(source);
    expect(compiled.ok ? 'read' : sentence(compiled.fault, 'en')).toMatch(said);
  });

  test.each(['resource.__proto__ == 1', 'resource.constructor.constructor == 1', 'attributes.toString[0] == "x"'])(
    '%s reaches nothing of the language below',
    (source) => {
      expect(judged(source, bindings)).toBe('missing');
    },
  );

  test('never throws, whatever it is and whatever it is given', () => {
    const token = fc.constantFrom(
      'country',
      '==',
      '"DE"',
      '(',
      ')',
      '&&',
      '||',
      '!',
      'attributes.a',
      '[0]',
      'resource',
      '.x',
      'in',
      '1',
      '?',
      ':',
      'size(',
      'has(',
      '+',
      '-',
      '%',
      '/ 0',
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.array(token, { maxLength: 12 }), fc.tuple(fc.string({ unit: 'binary' }))),
        fc.dictionary(fc.string(), fc.anything()),
        (tokens, odd) => {
          const compiled = read(tokens.join(' '));
          if (!compiled.ok) return expect(compiled.fault).toMatchObject({ code: 'expression', path: [] });
          const given = { ...bindings, resource: odd };
          const first = compiled.value.evaluate(given);
          expect([true, false, 'missing']).toContain(first);
          return expect(compiled.value.evaluate(given)).toBe(first);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
