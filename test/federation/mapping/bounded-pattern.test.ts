import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  fillTemplate,
  matchPattern,
  matchPrefix,
  patternFault,
} from '../../../src/federation/mapping/rules/bounded-pattern.js';
import { cpuMilliseconds } from '../../support/cpu-milliseconds.js';

const longest = 'x'.repeat(255);

describe('a bounded pattern', () => {
  test.each([
    ['app-{}', 'app-sales', ['sales']],
    ['app-{}', 'app-', undefined],
    ['app-{}', 'App-sales', undefined],
    ['app-{}', 'my-app-sales', undefined],
    ['{}@corp', 'ada@corp', ['ada']],
    ['{}@corp', 'ada@corp.example', undefined],
    ['gg-{}-{}', 'gg-shop-admin-eu', ['shop', 'admin-eu']],
    ['gg-{}-{}-x', 'gg-a-b-x-x', ['a', 'b-x']],
    ['{}-{}', '-a', undefined],
    ['{}-{}', 'a-', undefined],
    ['{}-{}', '--a', ['-', 'a']],
    ['aa{}aa', 'aaa', undefined],
    ['{}', longest, [longest]],
    ['{}', `${longest}x`, undefined],
    ['{}', '{}', ['{}']],
    ['a.*{}', 'a.*b', ['b']],
    ['a.*{}', 'aaab', undefined],
  ])('%j covers %j: %j', (pattern, text, expected) => {
    expect(patternFault(pattern)).toBeUndefined();
    expect(matchPattern(pattern, text)).toEqual(expected);
  });

  test.each(['', 'sales', '{', '{}{}', 'a{}{}b', '{}1{}2{}3{}4{}5{}'])('is not %j', (pattern) => {
    expect(patternFault(pattern)?.code).toBe('mapping-pattern-form');
  });

  test('covers exactly the texts that it makes of what it finds', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '-', '{}'), maxLength: 12 });
    fc.assert(
      fc.property(letters, letters, (pattern, text) => {
        fc.pre(patternFault(pattern) === undefined);
        const parts = matchPattern(pattern, text);
        if (parts) expect(fillTemplate(pattern, parts)).toBe(text);
        // The same by backtracking, which tries every division.
        const everyDivision = pattern
          .split('{}')
          .map((literal) => literal.replaceAll(/[{}-]/g, '\\$&'))
          .join('.{1,255}');
        expect(parts !== undefined).toBe(new RegExp(`^${everyDivision}$`, 's').test(text));
      }),
      { numRuns: 1000 },
    );
  });

  test('ends soon on a long text that nearly fits', async () => {
    const text = 'ab'.repeat(500_000);
    expect(await cpuMilliseconds(() => matchPattern('{}ab{}ab{}ab{}ab{}c', text))).toBeLessThan(500);
  });
});

describe('a template', () => {
  test.each([
    ['{}', ['a'], 'a'],
    ['role {} of {}', ['a', 'b'], 'role a of b'],
    ['{}', ['{}', 'b'], '{}'],
    ['{}-{}', ['{}', 'b'], '{}-b'],
    ['fixed', ['a'], 'fixed'],
    ['{}', ['$&'], '$&'],
  ])('%j filled with %j is %j', (template, parts, expected) => {
    expect(fillTemplate(template, parts)).toBe(expected);
  });
});

test('a prefix leaves the rest of a name, which is not empty', () => {
  expect(matchPrefix('gh-', 'gh-sales')).toBe('sales');
  expect(matchPrefix('gh-', 'gh-')).toBeUndefined();
  expect(matchPrefix('gh-', 'GH-sales')).toBeUndefined();
  expect(matchPrefix('gh-', `gh-${longest}x`)).toBeUndefined();
});
