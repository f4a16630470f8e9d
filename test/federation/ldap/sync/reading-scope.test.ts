/** The settings that decide who is found: a change of any of them is seen before anybody counts as gone. */
import { afterEach, expect, test } from '@jest/globals';
import { connectorTo, type TestConnector } from '../connector.js';
import { readerOf } from './collect.js';

const connectors: TestConnector[] = [];
afterEach(async () => {
  await Promise.all(connectors.splice(0).map((made) => made.close()));
});

const BASE = 'ou=people,dc=corp,dc=test';

function scopeOf(subject: object): string {
  const made = connectorTo(['ldap://127.0.0.1:1'], { subject: { base: BASE, ...subject } });
  connectors.push(made);
  return readerOf(made).scope;
}

test.each<[string, object]>([
  ['the base', { base: 'ou=sales,dc=corp,dc=test' }],
  ['further bases', { moreBases: ['ou=rome,dc=corp,dc=test'] }],
  ['how deep the search goes', { scope: 'one' }],
  ['the filter', { filter: '(title=*)' }],
  ['the unique attribute', { id: 'nsUniqueId' }],
  ['the names', { names: ['mail'] }],
])('another value of %s is another scope', (_what, subject) => {
  expect(scopeOf(subject)).not.toBe(scopeOf({}));
});

test.each<[string, object]>([
  ['the spelling of the base', { base: 'OU=People, DC=corp, DC=test' }],
  ['what is read of each', { attributes: ['title'] }],
  ['the groups', { groups: { from: 'memberOf' } }],
])('%s does not matter', (_what, subject) => {
  expect(scopeOf(subject)).toBe(scopeOf({}));
});
