import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EqualityFilter } from 'ldapts';
import { storedText, valueFilter, valueText } from '../../../src/federation/ldap/names/attribute-values.js';
import {
  type Dn,
  dnKey,
  escapeRdnValue,
  isWithin,
  parseDn,
  sameDn,
} from '../../../src/base/text/distinguished-name.js';
import { parseFilter } from '../../../src/federation/ldap/names/filters.js';
import { parseUserTemplate } from '../../../src/federation/ldap/names/user-template.js';

const value = fc.string({ minLength: 1, unit: 'grapheme' });
const special = fc.string({ minLength: 1, unit: fc.constantFrom(...Array.from(' #,+"\\<>;=a\0é*()')) });

describe('a DN', () => {
  test('has any value that is escaped into it as exactly that value', () => {
    fc.assert(
      fc.property(fc.oneof(value, special), (text) => {
        const dn = parseDn(`uid=${escapeRdnValue(text)},ou=people,dc=corp`);
        expect(dn?.rdns).toEqual([
          [{ type: 'uid', value: text }],
          [{ type: 'ou', value: 'people' }],
          [{ type: 'dc', value: 'corp' }],
        ]);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['CN=Smith\\, John,OU=x', [[{ type: 'CN', value: 'Smith, John' }], [{ type: 'OU', value: 'x' }]]],
    ['cn = a , ou = b', [[{ type: 'cn', value: 'a' }], [{ type: 'ou', value: 'b' }]]],
    ['cn=\\C3\\BC\\20', [[{ type: 'cn', value: 'ü ' }]]],
    ['cn=a\\ ', [[{ type: 'cn', value: 'a ' }]]],
    [
      'cn=a+uid=b',
      [
        [
          { type: 'cn', value: 'a' },
          { type: 'uid', value: 'b' },
        ],
      ],
    ],
    ['2.5.4.3=#0401AB', [[{ type: '2.5.4.3', value: '#0401ab', encoded: true }]]],
    ['cn=', [[{ type: 'cn', value: '' }]]],
  ])('%s is read', (text, rdns) => {
    expect(parseDn(text)?.rdns).toEqual(rdns);
  });

  test.each([
    '',
    'EXTERNAL',
    'PLAIN',
    'alice',
    'cn',
    '=x',
    'cn=a,',
    ',cn=a',
    'c n=a',
    'cn=a<b',
    'cn=a\\',
    'cn=\\zz',
    'cn=#zz',
    'cn=\\ff',
  ])('%j is none', (text) => {
    expect(parseDn(text)).toBeUndefined();
  });

  const dn = (text: string): Dn => parseDn(text) ?? { text: '', rdns: [] };

  test.each([
    ['UID=Alice,DC=Corp', 'uid=alice, dc=corp', true],
    ['cn=a  b,dc=corp', 'cn=a b,dc=corp', true],
    ['cn=a+uid=b', 'uid=b+cn=a', true],
    ['cn=a\\,b', 'cn=a,cn=b', false],
    ['cn=a', 'cn=b', false],
  ])('%s and %s: the same is %s', (one, other, same) => {
    expect(sameDn(dn(one), dn(other))).toBe(same);
    expect(dnKey(dn(one)) === dnKey(dn(other))).toBe(same);
  });

  test.each([
    ['uid=a,ou=people,dc=corp', true],
    ['uid=a,cn=x,OU=People,DC=corp', true],
    ['ou=people,dc=corp', true],
    ['uid=a,ou=elsewhere,dc=corp', false],
    ['uid=a\\,ou=people,dc=corp', false],
    ['dc=corp', false],
    ['uid=a,xou=people,dc=corp', false],
  ])('%s is within ou=people,dc=corp: %s', (text, within) => {
    expect(isWithin(dn(text), dn('ou=people,dc=corp'))).toBe(within);
  });
});

describe('a template', () => {
  test('gives a DN below its own, whatever name is typed', () => {
    const template = parseUserTemplate('uid={name},ou=people,dc=corp');
    fc.assert(
      fc.property(fc.oneof(value, special), (name) => {
        const made = template?.dn(name);
        expect(made?.rdns).toHaveLength(3);
        expect(made?.rdns[0]).toEqual([{ type: 'uid', value: name }]);
      }),
      { numRuns: 500 },
    );
  });

  test.each(['uid=x,dc=corp', '{name}', 'uid={name}@corp,dc=corp', 'uid={name},cn={name}', '{name}=x', ''])(
    '%j is none',
    (text) => {
      expect(parseUserTemplate(text)).toBeUndefined();
    },
  );
});

describe('a value', () => {
  const guid = Buffer.from('33221100554477668899aabbccddeeff', 'hex');
  const sid = Buffer.from('010500000000000515000000a065cf7e784b9b5fe77c8770091c0100', 'hex');

  test.each([
    ['entryUUID', Buffer.from('AABBCCDD-0000-1111-2222-333344445555'), 'aabbccdd-0000-1111-2222-333344445555'],
    ['objectGUID', guid, '00112233-4455-6677-8899-aabbccddeeff'],
    ['OBJECTGUID', guid, '00112233-4455-6677-8899-aabbccddeeff'],
    ['objectSid', sid, 'S-1-5-21-2127521184-1604012920-1887927527-72713'],
    ['cn', Buffer.from('Zoë'), 'Zoë'],
    ['cn', Buffer.from([0xff, 0xd8]), undefined],
    ['objectGUID', Buffer.from('short'), undefined],
    ['objectSid', sid.subarray(1), undefined],
  ])('of %s is read by the attribute', (attribute, bytes, text) => {
    expect(valueText(attribute, bytes)).toBe(text);
  });

  test('is found again by the text that was read from it', () => {
    const found = (attribute: string, text: string): unknown => {
      const filter = valueFilter(attribute, text);
      return filter instanceof EqualityFilter ? filter.value : undefined;
    };
    expect(found('objectGUID', '00112233-4455-6677-8899-aabbccddeeff')).toEqual(guid);
    expect(found('objectSid', 'S-1-5-21-2127521184-1604012920-1887927527-72713')).toEqual(sid);
    expect(valueFilter('objectGUID', 'nonsense')).toBeUndefined();
    expect(valueFilter('objectSid', 'S-1-5-99999999999')).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const text = valueText('objectGUID', Buffer.from(bytes)) ?? '';
        expect(found('objectGUID', text)).toEqual(Buffer.from(bytes));
      }),
    );
  });
});

describe('a filter of an administrator', () => {
  test.each(['(objectClass=person)', 'objectClass=person', '(&(a=b)(!(c=d*e)))', '(cn=\\2a)', '(a:1.2.3:=x)'])(
    '%s is read',
    (text) => {
      expect(parseFilter(text)).toBeDefined();
    },
  );

  test.each(['', '(', '(a=b', '(a=b))', '(&(a=b)', '(a=\\zz)', '(a=\\ff)', 'x'])('%j is none', (text) => {
    expect(parseFilter(text)).toBeUndefined();
  });

  test('has its escaped bytes read as the characters that they are', () => {
    expect(parseFilter('(cn=M\\c3\\bcller)')?.toString()).toBe('(cn=Müller)');
  });
});

describe('an id that an administrator copies', () => {
  const id = '6f9619ff-8b86-d011-b42d-00c04fc964ff';
  test.each([
    [id],
    [id.toUpperCase()],
    [`{${id.toUpperCase()}}`],
    ['ff19966f868b11d0b42d00c04fc964ff'],
    ['\\ff\\19\\96\\6f\\86\\8b\\11\\d0\\b4\\2d\\00\\c0\\4f\\c9\\64\\ff'],
    [Buffer.from('ff19966f868b11d0b42d00c04fc964ff', 'hex').toString('base64')],
  ])('as %s is the objectGUID that is stored', (typed) => {
    expect(storedText('objectGUID', typed)).toBe(id);
    expect(valueText('objectGUID', Buffer.from('ff19966f868b11d0b42d00c04fc964ff', 'hex'))).toBe(id);
  });

  test.each(['anna', `${id}x`, '{}', 'ff19966f868b11d0b42d00c04fc964f', ''])('"%s" stays as it is', (typed) => {
    expect(storedText('objectGUID', typed)).toBe(typed);
  });

  test('has one spelling where it is a text', () => {
    expect(storedText('entryUUID', id.toUpperCase())).toBe(id);
    expect(storedText('uid', id.toUpperCase())).toBe(id.toUpperCase());
  });
});
