import { describe, expect, test } from '@jest/globals';
import { compileExpression, compileText, type Variables } from '../../src/base/expressions/expression.js';
import { BOUNDS } from '../../src/base/expressions/expression-bounds.js';
import { sentence } from '../../src/sentences/sentence.js';

const variables: Variables = { claims: 'map<string, list<string>>' };
const claims = new Map([
  ['mail', ['ada@example.org']],
  ['x-name', ['Ada']],
  ['__proto__', ['odd']],
]);

function textOf(source: string, bindings: Record<string, unknown> = { claims }): string | undefined {
  const compiled = compileText(source, variables);
  if (!compiled.ok) throw new Error(sentence(compiled.fault, 'en'));
  return compiled.value.text(bindings);
}

describe('an expression that gives a text', () => {
  test.each([
    ['claims.mail[0]', 'ada@example.org'],
    ['claims["x-name"][0] + "!"', 'Ada!'],
    ['has(claims.nothing) ? claims.nothing[0] : "none"', 'none'],
    ['claims.nothing[0]', undefined],
    ['claims.mail[1]', undefined],
    ['claims["__proto__"][0]', 'odd'],
    ['claims.constructor[0]', undefined],
  ])('%s is %j', (source, expected) => {
    expect(textOf(source)).toBe(expected);
  });

  test('has no value for claims that are larger than it may read', () => {
    const large = new Map([['mail', ['x'.repeat(BOUNDS.text + 1)]]]);
    expect(textOf('claims.mail[0]', { claims: large })).toBeUndefined();
    expect(textOf('claims.mail[0]', { claims: new Map([[1, ['a']]]) })).toBeUndefined();
    expect(textOf('claims.mail[0]', {})).toBeUndefined();
  });

  test.each(['claims.mail', '"a" in claims.mail', '1', ''])('is not %j', (source) => {
    expect(() => textOf(source)).toThrow(source === '' ? /no expression/ : /must give a text/);
  });

  test('is no condition', () => {
    const compiled = compileExpression('claims.mail[0]', variables);
    expect(!compiled.ok && sentence(compiled.fault, 'en')).toMatch(/must give true or false/);
  });
});
