import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dnKey, parseDn } from '../../src/base/text/distinguished-name.js';

function normalizeDn(text: string): string | undefined {
  const dn = parseDn(text);
  return dn && dnKey(dn);
}
const sameDn = (one: string, other: string): boolean =>
  normalizeDn(one) !== undefined && normalizeDn(one) === normalizeDn(other);

describe('two spellings of a distinguished name are one name', () => {
  test.each([
    ['in any case', 'CN=Sales,OU=Groups,DC=example,DC=org', 'cn=sales,ou=GROUPS,dc=Example,dc=ORG'],
    ['with spaces around separators', 'cn=sales, ou=groups , dc = example', 'cn=sales,ou=groups,dc=example'],
    ['with several spaces in a value', 'cn=Big  Sales,dc=org', 'cn=Big Sales,dc=org'],
    ['with an escaped space at an end', 'cn=sales\\ ,dc=org', 'cn=sales,dc=org'],
    ['by an escaped character or its code', 'cn=Smith\\, John,dc=org', 'cn=Smith\\2C John,dc=org'],
    ['by letters or their UTF-8 bytes', 'cn=Łódź,dc=org', 'cn=\\c5\\81\\c3\\b3d\\C5\\BA,dc=org'],
    ['by a letter or its composition', 'cn=Gru\u0308n,dc=org', 'cn=Grün,dc=org'],
    ['in any order within a multi-valued RDN', 'cn=Ada+uid=7,dc=org', 'UID=7 + CN=ada,dc=org'],
    ['by the short name of a type or its OID', 'cn=sales,dc=org', '2.5.4.3=sales,0.9.2342.19200300.100.1.25=org'],
    ['by the bytes of an encoded value', 'cn=#04024Aff,dc=org', 'cn=#04024aFF,dc=org'],
    ['with = in a value', 'cn=a=b,dc=org', 'cn=a\\=b,dc=org'],
    ['with a character outside the first plane', 'cn=😀,dc=org', 'cn=\\f0\\9f\\98\\80,dc=org'],
  ])('%s', (_, one, other) => {
    expect(normalizeDn(one)).toBeDefined();
    expect(sameDn(one, other)).toBe(true);
  });
});

describe('two distinguished names differ', () => {
  test.each([
    ['if one is above the other', 'cn=sales,dc=org', 'cn=sales,dc=org,dc=example'],
    ['if a comma is within the value', 'cn=admin\\,x,dc=org', 'cn=admin,x=,dc=org'],
    ['if the order of RDNs is another', 'ou=a,ou=b', 'ou=b,ou=a'],
    ['if a multi-valued RDN is two RDNs', 'cn=a+ou=b', 'cn=a,ou=b'],
    ['if a plus sign is within the value', 'cn=a\\+ou=b', 'cn=a+ou=b'],
    ['if a letter only looks like another', 'cn=ﬁnance', 'cn=finance'],
    ['if letters have other accents', 'cn=resume', 'cn=resumé'],
    ['if one value is encoded', 'cn=#0401', 'cn=\\#0401'],
    ['if a space is missing', 'cn=big sales', 'cn=bigsales'],
  ])('%s', (_, one, other) => {
    expect(normalizeDn(one)).toBeDefined();
    expect(normalizeDn(other)).toBeDefined();
    expect(sameDn(one, other)).toBe(false);
  });
});

test.each([
  '',
  ' ',
  'sales',
  'cn=sales,',
  ',cn=sales',
  '=sales',
  'c n=a',
  'cn=a,,dc=b',
  'cn=a"b',
  'cn=\\61"b',
  'cn=a\\,<b>',
  'cn=a;dc=b',
  'cn=<a>',
  'cn=a\\',
  'cn=a\\x',
  'cn=\\ff',
  'cn=\\ed\\a0\\80',
  'cn=#0',
  'cn=#xy',
  '\ncn=a',
  '\u00a0cn=a',
  'cn=#0401\t',
  'cn=a\0b',
  'cn=\ud800',
  '<GUID=00>',
  `cn=${'a'.repeat(3000)}`,
])('%j is no distinguished name, and equals nothing, not even itself', (text) => {
  expect(normalizeDn(text)).toBeUndefined();
  expect(sameDn(text, text)).toBe(false);
});

type Part = readonly [type: string, value: string];

const values = fc.oneof(
  fc.constantFrom('a', 'b', 'a,b', 'a+b', ' a ', '#a', 'a  b', '"', '\\', 'é', '😀', ';<>=', '\0'),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
const parts: fc.Arbitrary<Part> = fc.tuple(fc.constantFrom('cn', 'ou', 'dc', 'x-y'), values);
const names = fc.array(fc.array(parts, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 });

const escaped = (value: string): string =>
  value
    .replaceAll(/["+,;<>\\=]/g, (character) => `\\${character}`)
    .replaceAll('\0', '\\00')
    .replaceAll(/^[ #]| $/g, (character) => `\\${character}`);
const inHex = (value: string): string =>
  [...Buffer.from(value)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
const written = (name: readonly (readonly Part[])[], value: (text: string) => string): string =>
  name.map((rdn) => rdn.map(([type, text]) => `${type}=${value(text)}`).join('+')).join(',');
/** Another spelling: in bytes, each RDN reversed, with spaces and capital types. */
const rewritten = (name: readonly (readonly Part[])[]): string =>
  name
    .map((rdn) =>
      rdn
        .toReversed()
        .map(([type, text]) => `${type.toUpperCase()} = ${inHex(text)}`)
        .join(' + '),
    )
    .join(' , ');

describe('any distinguished name', () => {
  test('equals each of its spellings', () => {
    fc.assert(
      fc.property(names, (name) => {
        const [one, other] = [written(name, escaped), rewritten(name)];
        fc.pre(one.length < 600);
        expect(normalizeDn(one)).toBeDefined();
        expect(normalizeDn(other)).toBe(normalizeDn(one));
      }),
    );
  });

  test('differs from one with another value', () => {
    fc.assert(
      fc.property(names, (name) => {
        const [[[type, value] = ['cn', ''], ...more] = [], ...rest] = name;
        const other = [[[type, `${value}x`] as const, ...more], ...rest];
        // Another part of the same RDN may be the one that was changed to.
        fc.pre(more.length === 0);
        expect(sameDn(written(name, escaped), written(other, escaped))).toBe(false);
      }),
    );
  });

  test('is compared by an equivalence, and any text by none that throws', () => {
    const few = fc.constantFrom(
      ...['cn=a', 'CN=A', 'cn= a ', 'cn=\\61', 'cn=b', 'cn=a+ou=b', 'ou=b+cn=a', 'ou=b+cn=A', 'cn=a,ou=b', 'x', ''],
    );
    const text = fc.oneof(few, fc.string(), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(sameDn(a, a)).toBe(normalizeDn(a) !== undefined);
        expect(sameDn(a, b)).toBe(sameDn(b, a));
        if (sameDn(a, b) && sameDn(b, c)) expect(sameDn(a, c)).toBe(true);
      }),
    );
  });
});
