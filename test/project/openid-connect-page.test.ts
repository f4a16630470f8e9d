/** docs/federation/openid-connect.md: its commands and settings work with a real provider, and its table has every reason code. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LOGOUT_REFUSALS } from '../../src/federation/oidc/sign-out/logout-token.js';
import { PROVIDER_REASONS } from '../../src/federation/oidc/client/faults.js';
import { application, ask, claimsOf, codeOf, exchange } from '../support/application.js';
import { blocksOf } from '../support/documents.js';
import { useHost } from '../support/host/use-host.js';
import { pageCommands } from '../support/page-commands.js';
import { startUpstream, type Upstream } from '../support/upstream-op.js';
import { Visitor } from '../support/visitor.js';
import { root } from './repository.js';

const page = await readFile(join(root, 'docs/federation/openid-connect.md'), 'utf8');

const env = { GATEHOUSE_OUTGOING_ALLOWED: '127.0.0.1' };

describe.each(['sqlite', 'mongodb'] as const)('on %s', (store) => {
  const host = useHost({
    store,
    env,
    clients: [
      {
        ...{ id: 'shop', name: 'Shop', authentication: 'none', redirectUris: ['https://shop.test/callback'] },
        ...{ grantTypes: ['authorization_code'], firstParty: true, scopes: ['openid', 'profile', 'email'] },
      },
    ],
  });
  let folder: string;
  let upstream: Upstream;
  const commands = pageCommands(page, host);
  const type = (mark: string): Promise<string> =>
    commands.type(mark, {
      folder,
      env: { ...env, GATEHOUSE_ISSUER: host.issuer },
      places: { 'keys/': `${host.keysFolder}/` },
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-page-'));
    upstream = await startUpstream({ redirectUris: [`${host.issuer}/connector/partner/callback`] });
    await writeFile(join(folder, 'client-secret'), `${upstream.clientSecret}\n`);
    const [block = ''] = blocksOf(page, 'yaml realm');
    await writeFile(join(folder, 'partner.yaml'), block.replace('https://login.partner.example', upstream.issuer));
  });
  afterAll(async () => {
    await upstream.stop();
    await rm(folder, { recursive: true });
    expect(commands.untyped()).toEqual([]);
  });

  test('the guide leads from the client at the provider to the first sign-in and its role', async () => {
    await type('secret');
    expect(await type('apply')).toContain('Connector partner created.');
    const tested = await type('test');
    expect(tested).toMatch(/ok +discovery/);
    expect(tested).toMatch(/ok +keys/);

    const [link = ''] = (await type('test-sign-in')).split('\n');
    const administrator = new Visitor();
    const there = new URL((await administrator.visit(link)).left ?? '');
    there.searchParams.set('login_hint', 'bea');
    const shownTest = await administrator.visit((await new Visitor().visit(there)).left ?? '');
    expect(shownTest.text).toContain('A new user bea would be created in partner, with:');

    const asked = ask(host, application('shop'), {
      scope: 'openid profile email',
      idp_hint: 'partner',
      login_hint: 'bea',
    });
    const visitor = new Visitor();
    const left = await visitor.visit(asked.url);
    const returned = await new Visitor().visit(left.left ?? '');
    const { body } = await exchange(host, asked, codeOf(await visitor.visit(returned.left ?? '')));
    expect(claimsOf(body.id_token)).toMatchObject({ idp: 'partner', amr: ['fed'] });
    const shown = await type('user');
    expect(shown).toMatch(/bea has the role stock-reader .*which gives stock:read/);
  });
});

test('the table has every reason, and no other', () => {
  const rows = page.slice(page.indexOf('| reason |')).split('\n').slice(2);
  const listed = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, code = '']) => code),
  );
  expect(listed.toSorted()).toEqual([...PROVIDER_REASONS, 'too-many-values', 'answer-fits-nothing'].toSorted());
});

test('the table of logout tokens has every reason, and no other', () => {
  const [table = ''] = page.slice(page.indexOf('| logout token |')).split('\n\n');
  const listed = table
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, code = '']) => code));
  expect(listed.toSorted()).toEqual([...LOGOUT_REFUSALS, 'logout-replayed'].toSorted());
});
