import { describe, expect, test } from '@jest/globals';
import { mapIdentity } from '../../../src/federation/mapping/map-identity.js';
import { identityOf, mappingOf } from './identities.js';

const mapped = (claims: Parameters<typeof identityOf>[0], ...profile: object[]) =>
  mapIdentity(mappingOf({ profile }), identityOf(claims));

describe('a field comes from', () => {
  test.each<[string, object, string | undefined]>([
    ['a claim', { from: 'cn' }, 'Ada Lovelace'],
    ['a claim of a directory in any case', { from: 'givenName' }, 'Ada'],
    ['several claims, joined', { join: ['givenname', 'sn'], with: ' ' }, 'Ada Lovelace'],
    ['no claims if one of them is missing', { join: ['givenname', 'none'], with: ' ' }, undefined],
    ['the first part of a claim', { split: 'path', at: '/' }, 'a'],
    ['one part of a claim', { split: 'path', at: '/', take: 1 }, 'b'],
    ['the last part of a claim', { split: 'path', at: '/', take: -1 }, 'c'],
    ['no part that is not there', { split: 'path', at: '/', take: 3 }, undefined],
    ['a constant', { constant: 'x' }, 'x'],
    ['an expression', { expression: 'claims.sn[0] + ", " + claims.givenname[0]' }, 'Lovelace, Ada'],
    ['no expression that reads a missing claim', { expression: 'claims.none[0]' }, undefined],
    ['a claim in lower case', { from: 'cn', case: 'lower' }, 'ada lovelace'],
    ['a claim in upper case', { from: 'cn', case: 'upper' }, 'ADA LOVELACE'],
    ['a claim that fits the pattern', { from: 'cn', pattern: 'Ada {}', to: '{}!' }, 'Lovelace!'],
    ['no claim that does not fit the pattern', { from: 'cn', pattern: 'Eve {}', to: '{}' }, undefined],
    ['a whole claim that fits a pattern without result', { from: 'cn', pattern: '{} {}' }, 'Ada Lovelace'],
    ['the pattern first, then the case', { from: 'cn', pattern: 'Ada {}', to: '{}', case: 'lower' }, 'lovelace'],
  ])('%s', (_, source, expected) => {
    const claims = { cn: 'Ada Lovelace', givenname: 'Ada', sn: 'Lovelace', path: 'a/b/c' };
    expect(mapped(claims, { field: 'nickname', ...source }).profile.nickname).toBe(expected);
  });
});

describe('of several values', () => {
  test.each([[['lovelace', 'ada']], [['ada', 'lovelace']], [['ada', 'lovelace', 'ada']]])(
    'a field takes the same one, in whatever order the upstream returns them: %j',
    (uid) => {
      expect(mapped({ uid }, { field: 'username', from: 'uid' }).username).toBe('ada');
      expect(mapped({ uid }, { field: 'username', expression: 'claims.uid[0]' }).username).toBe('ada');
    },
  );

  test('a field takes the smallest that fits, and says which ones do not', () => {
    const { username, trace, problems } = mapped({ uid: ['a b', 'ada'] }, { field: 'username', from: 'uid' });
    expect(username).toBe('ada');
    expect(trace.map(({ outcome, value, why }) => [outcome, value, why?.code])).toEqual([
      ['refused', 'a b', 'identifier-spaces'],
      ['set', 'ada', undefined],
    ]);
    expect(problems.map(({ code, path }) => [code, path])).toEqual([['identifier-spaces', ['username']]]);
  });

  test('an attribute takes every one, sorted, and 20 at most', () => {
    const numbers = Array.from({ length: 50 }, (_, at) => `+49 30 ${String(1000 + at)}`);
    const rule = { field: 'attributes.phone', from: 'telephonenumber' };
    const { attributes, trace } = mapped({ telephonenumber: numbers.toReversed() }, rule);
    expect(attributes).toEqual(numbers.slice(0, 20).map((value) => ({ name: 'phone', value })));
    expect(trace.filter(({ outcome }) => outcome === 'refused')).toHaveLength(21);
    expect(trace.at(-1)?.why).toMatchObject({ code: 'mapping-more-alike', params: { count: 10 } });
  });

  test('an attribute takes the parts of every one', () => {
    const rule = { field: 'attributes.unit', split: 'ou', at: ',' };
    const { attributes } = mapped({ ou: ['b, a', 'c,,a'] }, rule);
    expect(attributes.map(({ value }) => value)).toEqual(['a', 'b', 'c']);
  });

  test('a photo of megabytes is left out, and does not hide what an expression reads', () => {
    const claims = { jpegphoto: 'x'.repeat(5_000_000), cn: 'Ada' };
    const { profile, attributes, trace } = mapped(
      claims,
      { field: 'attributes.photo', from: 'jpegphoto' },
      { field: 'attributes.photo', split: 'jpegphoto', at: 'y' },
      { field: 'name', expression: 'claims.cn[0]' },
    );
    expect(attributes).toEqual([]);
    expect(profile).toEqual({ name: 'Ada' });
    expect(trace.map(({ outcome, why }) => [outcome, why?.code])).toEqual([
      ['refused', 'mapping-value-too-long'],
      ['refused', 'mapping-value-too-long'],
      ['set', undefined],
    ]);
    expect(JSON.stringify(trace).length).toBeLessThan(2000);
  });
});

describe('of several rules', () => {
  const rules = [
    { field: 'email', from: 'mail' },
    { field: 'email', from: 'userprincipalname' },
  ];

  test('the first one with a value sets the field', () => {
    const { email, trace } = mapped({ mail: 'a@example.org', userprincipalname: 'b@example.org' }, ...rules);
    expect(email).toBe('a@example.org');
    expect(trace[1]).toMatchObject({ outcome: 'skipped', why: { code: 'mapping-set-before' } });
  });

  test.each([{}, { mail: '' }, { mail: ' ' }, { mail: 'nobody' }])(
    'the next one sets it if that has none: %j',
    (claims) => {
      expect(mapped({ ...claims, userprincipalname: 'b@example.org' }, ...rules).email).toBe('b@example.org');
    },
  );

  test('all add to an attribute, each value once', () => {
    const { attributes } = mapped(
      { ou: ['a', 'b'], department: ['b', 'c'] },
      { field: 'attributes.unit', from: 'ou' },
      { field: 'attributes.unit', from: 'department' },
    );
    expect(attributes.map(({ value }) => value)).toEqual(['a', 'b', 'c']);
  });

  test('a user has 100 mapped attributes at most', () => {
    const values = Array.from({ length: 20 }, (_, at) => String(at));
    const rules = Array.from({ length: 6 }, (_, at) => ({ field: `attributes.a${at}`, from: 'many' }));
    const { attributes, trace, problems } = mapped({ many: values }, ...rules);
    expect(attributes).toHaveLength(100);
    expect(trace.filter(({ outcome }) => outcome === 'set')).toHaveLength(100);
    expect(problems).toHaveLength(20);
    expect(problems[0]).toMatchObject({ code: 'mapping-too-many-values', path: ['attributes.a5'] });
  });
});

describe('an absent or empty claim', () => {
  test.each<[string, Record<string, string | string[]>]>([
    ['absent', {}],
    ['empty', { cn: '', mail: '', ou: '' }],
    ['blank', { cn: '  ', mail: [' ', ''], ou: '\t' }],
    ['without any value', { cn: [], mail: [], ou: [] }],
  ])('has no value, while the fields stay the connector’s: %s', (_, claims) => {
    const user = mapped(
      claims,
      { field: 'username', from: 'cn' },
      { field: 'email', from: 'mail' },
      { field: 'address.locality', from: 'ou' },
      { field: 'attributes.unit', from: 'ou' },
    );
    expect(user).toMatchObject({ profile: {}, attributes: [], problems: [] });
    expect(user).not.toHaveProperty('username');
    expect(user).not.toHaveProperty('email');
    expect(user.owned).toEqual(['username', 'email', 'emailVerified', 'address.locality', 'attributes.unit']);
    expect(new Set(user.trace.map(({ outcome }) => outcome))).toEqual(new Set(['empty']));
  });
});

describe('a value that does not fit our own rules is left out', () => {
  test.each([
    ['username', 'a/b', 'identifier-slashes'],
    ['username', 'аdmin', 'mixed-alphabets'],
    ['username', 'x'.repeat(300), 'identifier-above-bytes'],
    ['username', 'x'.repeat(3000), 'identifier-too-long'],
    ['email', 'nobody', 'identifier-no-email'],
    ['email', 'a@b@example.org', 'identifier-at-sign'],
    ['name', 'Ada\nLovelace', 'line-expected'],
    ['name', 'x'.repeat(501), 'too-big'],
    ['picture', 'http://example.org/ada.png', 'web-address-expected'],
    ['picture', 'javascript:alert(1)', 'web-address-expected'],
    ['zoneinfo', 'Mars/Base', 'time-zone-unknown'],
    ['birthdate', '31.7.1984', 'birthdate-form'],
    ['phoneNumber', '030 1234', 'phone-number-form'],
    ['address.country', 'x'.repeat(101), 'too-big'],
    ['attributes.note', 'a\u202eb', 'control-character'],
    ['attributes.note', 'x'.repeat(1001), 'text-too-long'],
  ])('%s', (field, value, code) => {
    const user = mapped({ claim: value }, { field, from: 'claim' });
    expect(user.problems.map((one) => [one.code, one.path])).toEqual([[code, [field]]]);
    expect([user.username, user.email, user.profile, user.attributes]).toEqual([undefined, undefined, {}, []]);
  });
});

test('names from outside reach no prototype', () => {
  const user = mapIdentity(mappingOf({ profile: [{ field: 'attributes.x', expression: 'claims["__proto__"][0]' }] }), {
    subject: 'f3b8',
    claims: new Map([['__proto__', ['polluted']]]),
    groups: [{ id: '__proto__', name: '__proto__', dn: 'cn=__proto__' }],
  });
  expect(user.attributes).toEqual([{ name: 'x', value: 'polluted' }]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(Object.getPrototypeOf(user.profile)).toBe(Object.prototype);
});

describe('a telephone number', () => {
  const rules = [
    { field: 'phoneNumberVerified', from: 'phone_number_verified' },
    { field: 'phoneNumber', from: 'phone_number' },
  ];

  test.each<[string, Record<string, string | string[]>, object]>([
    [
      'is verified by its claim',
      { phone_number: '+49 30 1234', phone_number_verified: 'true' },
      { phoneNumber: '+49 30 1234', phoneNumberVerified: true },
    ],
    [
      'does not inherit that another one was verified',
      { phone_number: '+49 30 1234' },
      { phoneNumber: '+49 30 1234', phoneNumberVerified: false },
    ],
    [
      'is not verified by another word',
      { phone_number: '+49 30 1234', phone_number_verified: 'yes' },
      { phoneNumber: '+49 30 1234', phoneNumberVerified: false },
    ],
    [
      'is not verified by one of two answers',
      { phone_number: '+49 30 1234', phone_number_verified: ['true', 'false'] },
      { phoneNumber: '+49 30 1234', phoneNumberVerified: false },
    ],
    ['that is absent is not verified', { phone_number_verified: 'true' }, {}],
  ])('%s', (_, claims, profile) => {
    expect(mapped(claims, ...rules).profile).toEqual(profile);
  });

  test.each<[string[], string]>([
    [['yes'], 'mapping-no-boolean'],
    [['TRUE'], 'mapping-no-boolean'],
    [['__proto__'], 'mapping-no-boolean'],
    [['true', 'maybe'], 'mapping-values-differ'],
    [['true', 'false'], 'mapping-values-differ'],
  ])('has no answer by %j, and the reason is told', (answers, code) => {
    const user = mapped({ phone_number: '+49 30 1234', phone_number_verified: answers }, ...rules);
    expect(user.profile.phoneNumberVerified).toBe(false);
    expect(user.problems.map((one) => [one.code, one.path])).toEqual([[code, ['phoneNumberVerified']]]);
  });

  test('is verified by nobody if no rule says so, and the connector owns that', () => {
    const { profile, owned } = mapped({ phone_number: '+49 30 1234' }, { field: 'phoneNumber', from: 'phone_number' });
    expect(profile).toEqual({ phoneNumber: '+49 30 1234', phoneNumberVerified: false });
    expect(owned).toEqual(['phoneNumber', 'phoneNumberVerified']);
  });
});
