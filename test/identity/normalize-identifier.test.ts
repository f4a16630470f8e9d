import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foldEmail, foldIdentifier } from '../../src/identity/identifiers/normalize-identifier.js';

const fold = (text: string): string => {
  const folded = foldIdentifier(text);
  return folded.ok ? folded.value : `(refused: ${folded.fault.code})`;
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
    ['', { code: 'identifier-empty' }],
    ['a b', { code: 'identifier-spaces' }],
    ['\u3000a', { code: 'identifier-spaces' }],
    ['a\u00a0b', { code: 'identifier-spaces' }],
    ['store/alice', { code: 'identifier-slashes' }],
    ['store\\alice', { code: 'identifier-slashes' }],
    ['store／alice', { code: 'identifier-slashes' }],
    ['a\u0000', { code: 'identifier-character', params: { of: 'username', character: 'U+0000' } }],
    ['a\u007f', { code: 'identifier-character', params: { of: 'username', character: 'U+007F' } }],
    ['a\u200db', { code: 'identifier-character', params: { of: 'username', character: 'U+200D' } }],
    ['a\u00adb', { code: 'identifier-character', params: { of: 'username', character: 'U+00AD' } }],
    ['a\u202eb', { code: 'identifier-character', params: { of: 'username', character: 'U+202E' } }],
    ['ﬁx', { code: 'identifier-character', params: { of: 'username', character: 'U+FB01' } }],
    ['Ⅻ', { code: 'identifier-character', params: { of: 'username', character: 'U+217B' } }],
    ['a\u1100', { code: 'identifier-character', params: { of: 'username', character: 'U+1100' } }],
    ['a😀', { code: 'identifier-character', params: { of: 'username', character: 'U+1F600' } }],
    ['a\ud800', { code: 'identifier-character', params: { of: 'username', character: 'U+D800' } }],
    ['\u0301a', { code: 'identifier-combining-mark' }],
    ['aאb', { code: 'identifier-directions' }],
    ['1א', { code: 'identifier-directions' }],
    ['א-', { code: 'identifier-directions' }],
    ['@example.com', { code: 'identifier-at-sign' }],
    ['a@b@example.com', { code: 'identifier-at-sign' }],
    ['a@', { code: 'identifier-at-sign' }],
    ['a@ex%61mple.com', { code: 'identifier-at-sign' }],
    ['a@1.2.3', { code: 'identifier-at-sign' }],
    ['a@-x.example', { code: 'identifier-at-sign' }],
    ['a@x..example', { code: 'identifier-at-sign' }],
    ['é'.repeat(128), { code: 'identifier-above-bytes', params: { of: 'username', most: 255 } }],
    ['a'.repeat(100_000), { code: 'identifier-too-long' }],
  ])('is refused for %j', (text, fault) => {
    expect(foldIdentifier(text)).toMatchObject({ ok: false, fault });
  });

  test('of an e-mail address needs a domain', () => {
    expect(foldEmail('alice')).toEqual({
      ok: false,
      fault: { code: 'identifier-no-email', path: [], params: { of: 'email' } },
    });
    expect(foldEmail('Alice@Example.com')).toEqual({ ok: true, value: 'alice@example.com' });
  });
});
