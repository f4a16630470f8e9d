import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foldEmail, foldIdentifier } from '../../src/identity/identifiers/normalize-identifier.js';

const fold = (text: string): string => {
  const folded = foldIdentifier(text);
  return folded.ok ? folded.value : `(refused: ${folded.why})`;
};

/** Letters, digits and marks of many scripts, characters with variants, and forbidden ones. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom(...'aZ9.-_@äÄßſKÅΣςσİıﬁＡｚ０カﾞｶشאـ́̈ǅⅫ½ 　/\\\u200d\u202e。x'.split('')),
    maxLength: 12,
  }),
);
const ascii = fc.stringMatching(/^[a-zA-Z0-9._-]{1,30}$/);
const fullwidth = (text: string): string =>
  text.replace(/[!-~]/g, (character) => String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0));

describe('a folded identifier', () => {
  test('stays what it is when it is folded again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const folded = foldIdentifier(text);
        if (folded.ok) expect(foldIdentifier(folded.value)).toEqual(folded);
      }),
      { numRuns: 5000 },
    );
  });

  test('is the same whatever the case, width and composition it was written in', () => {
    fc.assert(
      fc.property(ascii, (text) => {
        expect(fold(text.toUpperCase())).toBe(fold(text));
        expect(fold(fullwidth(text))).toBe(fold(text));
      }),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const folded = foldIdentifier(text);
        if (folded.ok) expect(foldIdentifier(text.normalize('NFD'))).toEqual(folded);
      }),
    );
  });

  test('holds nothing that separates stores, ends lines or is not seen, and at most 255 bytes', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const folded = foldIdentifier(text);
        if (!folded.ok) return;
        expect(folded.value).not.toMatch(/[/\\\s\p{C}\p{Default_Ignorable_Code_Point}]/u);
        expect(folded.value).not.toBe('');
        expect(Buffer.byteLength(folded.value)).toBeLessThanOrEqual(255);
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    ['Alice', 'alice'],
    ['ＡＬＩＣＥ', 'alice'],
    ['a\u0308rger', 'ärger'],
    ['STRASSE', 'strasse'],
    ['straße', 'straße'],
    ['ｶﾞﾝ', 'ガン'],
    ['Bob@Example.COM', 'bob@example.com'],
    ['bob＠example．com', 'bob@example.com'],
    ['bob@BÜCHER.example', 'bob@xn--bcher-kva.example'],
    ['שלום', 'שלום'],
    ['محمد١', 'محمد١'],
    ["o'brien+news!#$%&*=?^`{|}~", "o'brien+news!#$%&*=?^`{|}~"],
  ])('of %s is %s', (text, folded) => {
    expect(fold(text)).toBe(folded);
  });

  test.each([
    ['', 'empty'],
    ['a b', 'spaces'],
    ['\u3000a', 'spaces'],
    ['a\u00a0b', 'spaces'],
    ['store/alice', '/'],
    ['store\\alice', '/'],
    ['store／alice', '/'],
    ['a\u0000', 'U+0000'],
    ['a\u007f', 'U+007F'],
    ['a\u200db', 'U+200D'],
    ['a\u00adb', 'U+00AD'],
    ['a\u202eb', 'U+202E'],
    ['ﬁx', 'U+FB01'],
    ['Ⅻ', 'U+217B'],
    ['a\u1100', 'U+1100'],
    ['a😀', 'U+1F600'],
    ['a\ud800', 'U+D800'],
    ['\u0301a', 'combining'],
    ['aאb', 'directions'],
    ['1א', 'directions'],
    ['א-', 'directions'],
    ['@example.com', '@'],
    ['a@b@example.com', '@'],
    ['a@', '@'],
    ['a@ex%61mple.com', '@'],
    ['a@1.2.3', '@'],
    ['a@-x.example', '@'],
    ['a@x..example', '@'],
    ['é'.repeat(128), '255 bytes'],
    ['a'.repeat(100_000), 'long'],
  ])('is refused for %j', (text, why) => {
    expect(foldIdentifier(text)).toEqual({ ok: false, why: expect.stringContaining(why) });
  });

  test('of an e-mail address needs a domain', () => {
    expect(foldEmail('alice')).toEqual({ ok: false, why: 'must be an e-mail address' });
    expect(foldEmail('Alice@Example.com')).toEqual({ ok: true, value: 'alice@example.com' });
  });
});
