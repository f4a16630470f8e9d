import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readTypedCode, trimTyped } from '../../src/base/text/normalize-typed.js';
import { foldIdentifier, foldTyped } from '../../src/identity/identifiers/normalize-identifier.js';
import { readRecoveryCode } from '../../src/identity/second-factor/recovery-codes.js';

/** Blanks of several widths, a tab, a line end, zero-width characters, the byte order mark, marks of direction, a soft hyphen. */
const MARKS = ' \u00a0\u2003\u3000\t\n\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u061c\u202a\u202e\u2066\u2069\u00ad';
const unseen = fc.string({
  unit: fc.constantFrom(...Array.from(MARKS)),
  maxLength: 6,
});
const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.string({ unit: 'grapheme', maxLength: 20 }));

/** Every script that this Node can write decimal digits in. */
const SCRIPTS = Intl.supportedValuesOf('numberingSystem').filter((system) => /^\p{Nd}$/u.test(written(system, 7)));

function written(system: string, digit: number): string {
  return new Intl.NumberFormat('en', { numberingSystem: system, useGrouping: false }).format(digit);
}
const digitsIn = (system: string, code: string): string =>
  code.replaceAll(/\d/g, (digit) => written(system, Number(digit)));

const sixDigits = fc.stringMatching(/^\d{6}$/);
const recoveryCode = fc.stringMatching(/^[0-9a-hjkmnp-tv-z]{16}$/);
const gap = fc.constantFrom(
  '',
  ' ',
  '-',
  ' - ',
  '\u2010',
  '\u2013',
  '\u2212',
  '\uff0d',
  '\u30fc',
  '\uff70',
  '\u00a0',
  '\u200b',
  '\u3000',
);
const gaps = fc.array(gap, { minLength: 5, maxLength: 5 });
const withGaps = (text: string, between: readonly string[]): string =>
  (text.match(/.{1,4}/gsu) ?? []).map((group, at) => `${between[at] ?? ''}${group}`).join('') + (between[4] ?? '');

describe('a name that somebody typed', () => {
  test('is the name without the blanks and invisible marks around it', () => {
    fc.assert(
      fc.property(anyText, unseen, unseen, (text, before, after) => {
        const folded = foldIdentifier(text);
        if (folded.ok) expect(foldTyped(`${before}${text}${after}`)).toEqual(folded);
      }),
      { numRuns: 3000 },
    );
  });

  test('stays what it is when it is trimmed again, and keeps what is inside', () => {
    fc.assert(
      fc.property(anyText, unseen, (text, inside) => {
        const trimmed = trimTyped(text);
        expect(trimTyped(trimmed)).toBe(trimmed);
        expect(text).toContain(trimmed);
        expect(trimTyped(`a${inside}b`)).toBe(`a${inside}b`);
      }),
    );
  });

  test('that is nothing but blanks is empty', () => {
    fc.assert(fc.property(unseen, (text) => expect(trimTyped(text)).toBe('')));
  });
});

describe('a code that somebody typed', () => {
  test('is the same in the digits of every script', () => {
    expect(SCRIPTS).toEqual(
      expect.arrayContaining(['arab', 'arabext', 'deva', 'fullwide', 'latn', 'mathbold', 'thai']),
    );
    for (const system of SCRIPTS)
      expect([system, readTypedCode(digitsIn(system, '0123456789'))]).toEqual([system, '0123456789']);
  });

  test('is the same whatever is between its groups and around it', () => {
    fc.assert(
      fc.property(sixDigits, fc.constantFrom(...SCRIPTS), gaps, unseen, (code, system, between, around) => {
        expect(readTypedCode(`${around}${withGaps(digitsIn(system, code), between)}${around}`)).toBe(code);
      }),
    );
  });

  test('stays what it is when it is read again', () => {
    fc.assert(fc.property(anyText, (text) => expect(readTypedCode(readTypedCode(text))).toBe(readTypedCode(text))));
  });

  test('that has another digit, or one more, is another code', () => {
    fc.assert(
      fc.property(sixDigits, sixDigits, fc.constantFrom(...SCRIPTS), (code, other, system) => {
        expect(readTypedCode(digitsIn(system, other)) === code).toBe(other === code);
        expect(readTypedCode(digitsIn(system, `${code}0`))).not.toBe(code);
      }),
    );
  });

  test('can be a recovery code, in fullwidth letters or capitals too', () => {
    const fullwidth = (text: string): string =>
      text.replaceAll(/[!-~]/g, (character) => String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0));
    fc.assert(
      fc.property(recoveryCode, gaps, (code, between) => {
        expect(readRecoveryCode(withGaps(code.toUpperCase(), between))).toBe(code);
        expect(readRecoveryCode(withGaps(fullwidth(code), between))).toBe(code);
      }),
    );
  });
});
