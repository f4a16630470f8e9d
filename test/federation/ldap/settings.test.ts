import { beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readInput } from '../../../src/base/problems/read-input.js';
import { ldapSettings } from '../../../src/federation/ldap/ldap-settings.js';
import { ldapPresets } from '../../../src/federation/ldap/presets.js';
import { placedSentence } from '../../../src/sentences/sentence.js';
import { makeCertificates, PEOPLE, SERVICE } from '../../support/slapd.js';

const CONNECTION = { servers: ['ldaps://ldap.corp.test'], bindDn: SERVICE.dn };
const SUBJECT = { base: PEOPLE };

const problems = (connection: object, subject: object = {}): readonly string[] => {
  const read = readInput(ldapSettings, {
    connection: { ...CONNECTION, ...connection },
    subject: { ...SUBJECT, ...subject },
  });
  return read.ok ? [] : read.problems.map(({ code, path }) => `${path.join('.')}: ${code}`);
};

let ca: string;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-ca-'));
  await makeCertificates(folder);
  ca = await readFile(join(folder, 'ca.crt'), 'utf8');
  await rm(folder, { recursive: true });
});

test('little is enough, and the rest has defaults', () => {
  expect(ldapSettings.parse({ connection: CONNECTION, subject: SUBJECT })).toEqual({
    connection: { ...CONNECTION, connectTimeout: 3000, timeout: 5000, poolSize: 8 },
    subject: {
      base: PEOPLE,
      moreBases: [],
      scope: 'sub',
      names: ['uid'],
      id: 'entryUUID',
      attributes: [],
      groups: { from: 'none', member: 'member', name: 'cn', id: 'entryUUID', nested: false, primaryGroup: false },
      changes: 'none',
      passwordChange: 'must-change',
      passwordOperation: 'rfc3062',
      refusals: 'policy',
    },
  });
});

test.each([...ldapPresets])('the preset %s is complete but for the place', (_name, preset) => {
  const { subject } = preset as { readonly subject: object };
  expect(problems({}, subject)).toEqual([]);
});

describe('passwords go in the clear', () => {
  test.each(['ldap://localhost', 'ldap://127.0.0.1:3389', 'ldap://127.4.5.6', 'ldap://[::1]:389'])(
    'to %s on this machine',
    (server) => {
      expect(problems({ servers: [server] })).toEqual([]);
    },
  );

  test.each([
    'ldap://ldap.corp.test',
    'ldap://10.0.0.1',
    'ldap://127.0.0.1.corp.test',
    'ldap://localhost.corp.test',
    'ldap://[::2]',
    'ldap://127.1',
    'LDAP://ldap.corp.test',
  ])('never to %s', (server) => {
    expect(problems({ servers: [server] })).toEqual(['connection.servers.0: ldap-plain-text']);
    expect(problems({ servers: [server], startTls: true })).toEqual([]);
  });

  test('and no setting turns the verification off', () => {
    for (const field of ['rejectUnauthorized', 'insecure', 'tlsOptions'])
      expect(problems({ [field]: false })).toEqual(['connection: unknown-fields']);
  });
});

describe('refused is', () => {
  test.each<[string, object, object, string]>([
    [
      'an address of another protocol',
      { servers: ['https://ldap.corp.test'] },
      {},
      'connection.servers.0: ldap-server-form',
    ],
    [
      'an address with a path',
      { servers: ['ldaps://ldap.corp.test/dc=x'] },
      {},
      'connection.servers.0: ldap-server-form',
    ],
    [
      'an address with a password',
      { servers: ['ldaps://a:b@ldap.corp.test'] },
      {},
      'connection.servers.0: ldap-server-form',
    ],
    [
      'a port that does not exist',
      { servers: ['ldaps://ldap.corp.test:70000'] },
      {},
      'connection.servers.0: ldap-server-form',
    ],
    ['no server', { servers: [] }, {}, 'connection.servers: too-small'],
    ['a list of authorities that is none', { ca: 'nonsense' }, {}, 'connection.ca: ldap-ca-form'],
    ['a name of SASL as the service account', { bindDn: 'EXTERNAL' }, {}, 'connection.bindDn: ldap-dn-form'],
    ['an empty service account', { bindDn: '' }, {}, 'connection.bindDn: ldap-dn-form'],
    ['an account that is also anonymous', { anonymous: true }, {}, 'connection: ldap-search-account'],
    ['an empty base', {}, { base: '' }, 'subject.base: ldap-dn-form'],
    ['a filter with an error', {}, { filter: '(uid=*' }, 'subject.filter: ldap-filter-form'],
    ['every attribute', {}, { attributes: ['*'] }, 'subject.attributes.0: ldap-attribute-form'],
    ['every operational attribute', {}, { attributes: ['+'] }, 'subject.attributes.0: ldap-attribute-form'],
    [
      'an attribute that every object has',
      {},
      { attributes: ['constructor'] },
      'subject.attributes.0: ldap-attribute-form',
    ],
    ['no name', {}, { names: [] }, 'subject.names: too-small'],
    ['a template without the name', {}, { bindTemplate: 'uid=x,dc=y' }, 'subject.bindTemplate: ldap-template-form'],
    [
      'groups in groups of memberUid',
      {},
      { groups: { from: 'search', member: 'memberUid', nested: true } },
      'subject.groups.nested: ldap-nested-member-uid',
    ],
  ])('%s', (_name, connection, subject, expected) => {
    expect(problems(connection, subject)).toEqual([expected]);
  });

  test('no way to find a user', () => {
    const read = readInput(ldapSettings, { connection: { servers: CONNECTION.servers }, subject: SUBJECT });
    const found = read.ok ? [] : read.problems;
    expect(found.map(({ code }) => code)).toEqual(['ldap-search-account']);
    for (const language of ['en', 'de'] as const) {
      expect(found.map((one) => placedSentence(one, language))).toEqual([expect.stringContaining('bindTemplate')]);
    }
  });
});

test('a list of authorities is several certificates in PEM', () => {
  expect(problems({ ca: ca + ca })).toEqual([]);
  expect(problems({ ca: `${ca}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n` })).toEqual([
    'connection.ca: ldap-ca-form',
  ]);
});
