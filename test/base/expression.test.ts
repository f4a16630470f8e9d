import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileExpression } from '../../src/base/expression.js';

const variables = {
  attributes: 'map<string, list<string>>',
  resource: 'map<string, dyn>',
  country: 'string',
  now: 'google.protobuf.Timestamp',
};
const read = (source: string) => compileExpression(source, variables);
function judged(source: string, bindings: Record<string, unknown>): boolean | 'missing' {
  const compiled = read(source);
  if (!compiled.ok) throw new Error(compiled.fault);
  return compiled.value.evaluate(bindings);
}

const bindings = {
  attributes: { department: ['sales', 'export'], grade: ['7'] },
  resource: { status: 'open', amount: 120, tags: ['a', 'b'] },
  country: 'DE',
  now: new Date('2026-11-26T10:00:00Z'),
};

describe('an expression', () => {
  test.each<[string, boolean | 'missing']>([
    ['"sales" in attributes.department', true],
    ['attributes.department.exists(one, one.startsWith("ex"))', true],
    ['int(attributes.grade[0]) >= 8', false],
    ['resource.status == "open" && resource.amount < 200.0', true],
    ['country == "DE" || country == "AT"', true],
    ['now.getFullYear() == 2026', true],
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
  ])('%j is refused with a sentence', (source, sentence) => {
    const compiled = read(source);
    expect(compiled.ok ? 'read' : compiled.fault).toMatch(sentence);
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
      fc.property(fc.array(token, { maxLength: 12 }), fc.dictionary(fc.string(), fc.anything()), (tokens, odd) => {
        const compiled = read(tokens.join(' '));
        if (!compiled.ok) return expect(compiled.fault).toMatch(/^This is no expression/);
        return expect([true, false, 'missing']).toContain(compiled.value.evaluate({ ...bindings, resource: odd }));
      }),
      { numRuns: 2000 },
    );
  });
});
