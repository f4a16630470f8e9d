/** Before the client id or the issuer of a provider changes, an administrator reads how many people may not be recognized after that. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unrecognizedPeople } from '../../src/realm-file/check/unrecognized-people.js';
import { type Commands, commandsOn } from './in-process.js';

const file = (connection: string, more = ''): string => `name: partner
connectors:
  - { id: partner, displayName: Partner, kind: oidc, ${more}
      connection: { ${connection}, clientAuthentication: none },
      mapping: { profile: [{ field: username, from: preferred_username }] } }
users: [{ username: ada }, { username: bea }]
`;
const SAME = 'issuer: https://login.partner.example, clientId: gatehouse';
const OTHER_CLIENT = 'issuer: https://login.partner.example, clientId: another';
const ALL_OTHER = 'issuer: https://sso.partner.example, clientId: another';

describe.each(['sqlite', 'mongodb'] as const)('on %s, gatehouse apply', (kind) => {
  let folder: string;
  let realm: string;
  let commands: Commands;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-changed-ids-'));
    realm = join(folder, 'realm.yaml');
    await writeFile(realm, file(SAME));
    commands = await commandsOn(kind, realm);
  });
  afterAll(async () => {
    await commands.end();
    await rm(folder, { recursive: true });
  });
  const connection = async () =>
    (JSON.parse(await commands.says('connector', 'show', 'partner', '--json')) as { readonly connection: object })
      .connection;

  test('changes the client id where nobody is linked', async () => {
    await writeFile(realm, file(OTHER_CLIENT));
    expect(await commands.says('apply', realm)).toContain('Connector partner: connection changed');
    await writeFile(realm, file(SAME));
    expect(await commands.says('apply', realm, '--dry-run')).not.toContain('Warning');
    await commands.says('apply', realm);
  });

  test('says who may not be recognized, changes nothing without consent, and does with it', async () => {
    const links = join(folder, 'links.csv');
    await writeFile(links, 'user,subject\nada,subject-of-ada\nbea,subject-of-bea\n');
    await commands.says('connector', 'link-users', 'partner', '--file', links, '--apply', '--unchecked');

    await writeFile(realm, file(OTHER_CLIENT));
    const said = 'Connector partner: 2 people are linked, and connection.clientId would change.';
    expect(await commands.says('apply', realm, '--dry-run')).toContain(`Warning: ${said}`);
    expect(JSON.parse(await commands.says('apply', realm, '--dry-run', '--json'))).toMatchObject({
      unrecognized: [{ connector: 'partner', fields: ['connection.clientId'], linked: 2, more: false }],
    });
    const { code, err } = await commands.command('apply', realm);
    expect([code, err.join('\n')]).toEqual([1, expect.stringContaining(said)]);
    expect(err.join('\n')).toContain(`\`gatehouse apply ${realm} --yes\` applies it all the same.`);
    expect((await commands.command('bootstrap')).code).toBe(1);
    expect(await connection()).toMatchObject({ clientId: 'gatehouse' });

    await writeFile(realm, file(ALL_OTHER));
    expect((await commands.command('apply', realm)).err.join('\n')).toContain(
      'connection.issuer and connection.clientId would change',
    );
    await commands.says('apply', realm, '--yes');
    expect(await connection()).toMatchObject({ issuer: 'https://sso.partner.example', clientId: 'another' });
  });

  test('changes everything else of the connector without a question', async () => {
    await writeFile(realm, file(`${ALL_OTHER}, timeout: 3000, scopes: [openid]`, 'order: 3,'));
    expect(await commands.says('apply', realm, '--dry-run')).not.toContain('Warning');
    expect(await commands.says('apply', realm)).toContain('Connector partner');
  });
});

test('people are counted up to 1,000', async () => {
  const changedIds = [{ connector: 'partner', fields: ['connection.issuer'] }];
  const counted = (people: number) =>
    unrecognizedPeople({ changedIds }, { count: async (_connector, most) => Math.min(people, most) });
  expect(await counted(1000)).toMatchObject([{ linked: 1000, more: false }]);
  expect(await counted(1001)).toMatchObject([{ linked: 1000, more: true }]);
  expect(await counted(0)).toEqual([]);
});
