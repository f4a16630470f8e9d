import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { identifiers } from '../../src/identity/identifiers/identifier.js';
import { isLookalike, scriptsOf, skeletonOf } from '../../src/identity/identifiers/name-skeleton.js';
import { broughtUp } from '../../src/storage/migration/migrate-document.js';

describe('a name in one alphabet', () => {
  test.each([
    ['аӏісе', 'alice', 'Cyrillic palochka is drawn as l'],
    ['раураӏ', 'paypal', 'Cyrillic'],
    ['ѕеаn', 'sean', 'a word of two alphabets'],
    ['οο', 'oo', 'Greek'],
    ['сосо', 'сοсο', 'Cyrillic beside Greek'],
    ['հօ', 'ho', 'Armenian'],
    ['١', 'l', 'a digit of Arabic beside a letter'],
    ['о1', 'ol', 'a Latin digit in a Cyrillic name'],
    ['аӏісе@example.org', 'alice@example.org', 'an address'],
    ['іо', '10', 'Cyrillic beside digits'],
  ])('%s is taken for %s: %s', (name, other) => {
    expect(isLookalike(name, other)).toBe(true);
    expect(isLookalike(other, name)).toBe(true);
  });

  test.each([
    ['rnike', 'mike', 'one alphabet'],
    ['a1ice', 'alice', 'one alphabet'],
    ['10', 'lo', 'digits stand among Latin letters'],
    ['сосо', 'сосо', 'the same name'],
    ['иван', 'ivan', 'other looks'],
    ['alice', 'аliсe2', 'another length'],
    ['へへ', 'ヘヘ', 'Japanese is written in both'],
  ])('%s is not taken for %s: %s', (name, other) => {
    expect(isLookalike(name, other)).toBe(false);
  });

  test('has a skeleton and scripts, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(skeletonOf(name)).toBe(skeletonOf(name.normalize('NFC')));
        expect(scriptsOf(name)).not.toBe('');
      }),
    );
  });

  test('that was stored without a skeleton gets one, and keeps it', () => {
    const before = { id: 'i', store: 'primary', value: 'аӏісе', kind: 'username', userId: 'u' };
    expect(broughtUp(identifiers, before, 1)).toEqual({ ...before, skeleton: skeletonOf('alice') });
    const after = broughtUp(identifiers, before, 1);
    expect(broughtUp(identifiers, after, 1)).toEqual(after);
  });
});
