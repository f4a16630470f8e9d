/** `--reason TEXT`: why somebody at the command line did something stands in the audit record of it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mappingInput } from '../../src/federation/mapping/mapping-input.js';
import { takeReason } from '../../src/cli/arguments/take-reason.js';
import { withParts } from '../../src/cli/with-parts.js';
import { readConfig } from '../../src/config/config.js';
import { type Connector, connectors } from '../../src/federation/connectors/connector.js';
import { MANUAL } from '../../src/cli/manual/manual.js';
import { type Commands, commandsOn } from './in-process.js';

const API = 'https://orders.example';
const REALM = `
resourceServers:
  - { identifier: '${API}', name: Orders, permissions: [{ name: 'orders:read' }, { name: 'orders:write' }] }
roles:
  - { name: seller, policies: [{ resourceServer: '${API}', permission: 'orders:read' }] }
users:
  - { username: ada, roles: [seller] }
`;

/** They change nothing here: nobody failed to sign in, and nobody has a second factor. The others show that it is handed on. */
const WITHOUT_EFFECT = [
  'connector keys',
  'connector sync',
  'connector link-users',
  'user unlock',
  'user reset-second-factor',
  'throttle lift',
  'bootstrap',
];

const uri = ['--set', 'redirectUris=["https://new.example/cb"]'];

/** In this order; each changes something. `VALUE:` takes what an earlier command printed. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  'user create': ['ann', '--email', 'ann@people.test'],
  'user set-password': ['ann', '--permanent'],
  'user set-email': ['ann', 'ann@other.test'],
  'user remove-email': ['ann'],
  'user require-change': ['ann'],
  'user disable': ['ann'],
  'user enable': ['ann'],
  'user sign-out': ['ann'],
  'user edit': ['ann', '--name', 'Ann'],
  'user link': ['ann', '--connector', 'corp', '--subject', 'uuid-ann', '--unchecked'],
  'user unlink': ['ann', '--connector', 'corp'],
  'user move': ['corp/kim', '--to', 'primary'],
  'role create': ['buyer'],
  'role edit': ['buyer', '--set', 'description=Buys'],
  'role rename': ['buyer', 'purchaser'],
  'role delete': ['purchaser'],
  'group create': ['staff'],
  'group edit': ['staff', '--set', 'description=All'],
  'group rename': ['staff', 'people'],
  'group delete': ['people'],
  'client create': ['shop', '--set', 'name=Shop', ...uri],
  'client edit': ['shop', '--set', 'name=The shop'],
  'client secret add': ['shop'],
  'client secret remove': ['shop', 'SECRET'],
  'client rename': ['shop', 'store'],
  'client delete': ['store'],
  'resource-server create': ['https://stock.example', '--set', 'name=Stock'],
  'resource-server edit': ['https://stock.example', '--set', 'name=All stock'],
  'resource-server rename-permission': [API, 'orders:read', 'orders:see'],
  'resource-server delete': ['https://stock.example'],
  'connector disable': ['corp'],
  'connector enable': ['corp'],
  'connector remove': ['corp'],
  unassign: ['user', 'ada', 'ASSIGNMENT'],
  apply: ['FILE'],
  'keys rotate': ['signing', '--now'],
  'keys retire': ['KEY', '--yes'],
  'user delete': ['ann', '--yes'],
  'user erase': ['ada', '--yes'],
};

/** A connector of no protocol, which no command can make. */
const CONNECTOR: Connector = {
  ...{ id: 'corp', createdAt: 0, since: 0, displayName: 'Example Corp', kind: 'none', enabled: true, order: 1 },
  ...{
    afterWrongPassword: 'stop',
    domains: [],
    connection: {},
    subject: {},
    mapping: mappingInput.parse({}),
    linking: 'never',
  },
  provisioning: { mode: 'create', update: 'always', require: [] },
  ...{ accessLasts: 3600, recheckAfter: 60, lockout: { failures: 5, minutes: 30 } },
};

test('every command that changes something has an example here', () => {
  const changing = MANUAL.filter(({ changes }) => changes).map(({ name }) => name);
  expect(Object.keys(EXAMPLES).toSorted()).toEqual(
    changing.filter((name) => !WITHOUT_EFFECT.includes(name)).toSorted(),
  );
});

// The reason takes its way above the store, which is the same for both.
describe('of the command line,', () => {
  let commands: Commands;
  let file: string;
  beforeAll(async () => {
    file = join(await mkdtemp(join(tmpdir(), 'gatehouse-reason-')), 'realm.yaml');
    await writeFile(file, REALM);
    commands = await commandsOn('sqlite', file);
    await withParts(readConfig(commands.env), async ({ realm, users }) => {
      await realm.of(connectors).insert(CONNECTOR);
      await users.create({ kind: 'host', id: 'tests', requestId: 'test' }, { username: 'kim', userstore: 'corp' });
    });
  });
  afterAll(() => commands.end());

  const printed = async (pattern: RegExp, ...argv: string[]): Promise<string> =>
    pattern.exec(await commands.says(...argv))?.[1] ?? `nothing like ${pattern}`;
  const valueOf = async (word: string): Promise<string> => {
    switch (word) {
      case 'SECRET':
        return printed(/\n(\S+) +\d{4}-/, 'client', 'secret', 'list', 'shop');
      case 'ASSIGNMENT':
        return printed(/\n(\S+) +role/, 'assignments', 'user', 'ada');
      case 'KEY':
        return printed(/\nsigning +\S+ +(\S+)/, 'keys', 'list');
      case 'FILE':
        await writeFile(
          file,
          REALM.replace('name: Orders', 'name: All orders').replaceAll("'orders:read'", "'orders:see'"),
        );
        return file;
      default:
        return word;
    }
  };

  test.each(Object.entries(EXAMPLES))('%s has its reason in the audit record', async (name, args) => {
    const reason = `because of ${name}`;
    const argv = [...name.split(' '), ...(await Promise.all(args.map(valueOf)))];
    await commands.says(...argv, '--reason', reason);
    const { records } = JSON.parse(await commands.says('audit', 'list', '--json', '--limit', '5')) as {
      readonly records: readonly { readonly actor?: { readonly reason?: string } }[];
    };
    expect(records.map(({ actor }) => actor?.reason)).toContain(reason);
  });
});

describe('--reason', () => {
  test('stands anywhere among the arguments, in one word or two', () => {
    expect(takeReason(['ann', '--reason', ' she asked ', '--yes'])).toEqual({
      reason: 'she asked',
      args: ['ann', '--yes'],
    });
    expect(takeReason(['--reason=she asked', 'ann'])).toEqual({ reason: 'she asked', args: ['ann'] });
    expect(takeReason(['ann', '--', '--reason', 'x'])).toEqual({ args: ['ann', '--', '--reason', 'x'] });
    expect(takeReason(['--reason=x', '--', '--reason'])).toEqual({ reason: 'x', args: ['--', '--reason'] });
    expect(takeReason(['ann'])).toEqual({ args: ['ann'] });
  });

  test.each([
    ['no text', ['ann', '--reason']],
    ['an empty text', ['ann', '--reason=']],
    ['too long a text', ['ann', '--reason', 'x'.repeat(501)]],
    ['two lines', ['ann', '--reason', 'a\nb']],
    ['two texts', ['ann', '--reason', 'a', '--reason', 'b']],
  ])('is refused with %s', (_what, args) => {
    expect(() => takeReason(args)).toThrow('--reason');
  });
});
