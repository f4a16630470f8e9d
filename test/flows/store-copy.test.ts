import { afterEach, describe, expect, test } from '@jest/globals';
import { application, ask, claimsOf, codeOf, exchange, refresh, signIn, userinfo } from '../support/application.js';
import { gatehouse } from '../support/gatehouse.js';
import type { Commanded, Host } from '../support/host/host.js';
import { useHost } from '../support/host/use-host.js';
import { temporaryDatabase } from '../support/mongod.js';
import { Visitor } from '../support/visitor.js';
import { flowRealm, ORDERS, passwordOf, signedIn } from './flow-host.js';

const app = application('public');
const other = application('tab-1');

/** The checkpoint of a trail that no record waits for. */
async function untilSealed(host: Host): Promise<Commanded> {
  for (;;) {
    const verified = await host.command('audit', 'verify');
    if (!verified.out.some((line) => line.includes('not in the chain yet')))
      return host.command('audit', 'verify', '--checkpoint');
  }
}

const keysOf = async ({ issuer }: Host): Promise<unknown> => (await fetch(`${issuer}/jwks`)).json();

describe.each(['sqlite', 'mongodb'] as const)('a realm that is moved from %s', (kind) => {
  const database = temporaryDatabase();
  const host = useHost(flowRealm(kind));
  afterEach(() => database.drop());

  test('to the other store goes on: the same passwords, live sessions, tokens, keys and audit trail', async () => {
    const { visitor, tokens } = await signedIn(host, app, { scope: 'openid profile orders:read', resource: ORDERS });
    const stillOpen = ask(host, app);
    const leaver = new Visitor();
    const page = await leaver.visit(stillOpen.url); // is asked for a password when the server stops
    const keys = await keysOf(host);

    const [checkpoint = ''] = (await untilSealed(host)).out;
    await host.stop();
    const to = kind === 'sqlite' ? database.url : `${host.keysFolder}/../moved.db`.replace(/^/, 'sqlite:');
    const env = { GATEHOUSE_STORE: host.storeAddress, GATEHOUSE_KEYS: host.keysFolder, NEW_STORE: to };
    const copied = await gatehouse(host.keysFolder, ['store', 'copy', '--to', '${NEW_STORE}'], env);
    expect(copied).toMatchObject({ code: 0, err: '', out: expect.stringContaining('hold the same') as unknown });
    await host.restart({ GATEHOUSE_STORE: to });

    expect(await keysOf(host)).toEqual(keys);
    // The chain goes on from where it was, and what was sealed for each person opens.
    expect(await host.command('audit', 'verify', '--since', checkpoint)).toMatchObject({ code: 0, err: [] });
    expect((await host.command('audit', 'list', '--kind', 'sign-in', '--json')).out.join(' ')).toMatch(/"address":/);
    // The live session signs in to another application without asking.
    const silent = ask(host, other, { prompt: 'none' });
    const again = await exchange(host, silent, codeOf(await visitor.visit(silent.url)));
    expect(claimsOf(again.body.id_token)['sub']).toBe(claimsOf(tokens.id_token)['sub']);
    expect((await userinfo(host, again.body.access_token)).status).toBe(200);
    // The refresh token rotates, and the one before it is dead.
    const rotated = await refresh(host, app, tokens.refresh_token, { resource: ORDERS });
    expect(claimsOf(rotated.body.access_token)).toMatchObject({ aud: ORDERS, permissions: ['orders:read'] });
    expect((await refresh(host, app, tokens.refresh_token)).body.error).toBe('invalid_grant');
    // A sign-in in progress completes; a new one works with the old password.
    const typed = { identifier: 'alice', password: passwordOf(host, 'alice') };
    expect((await exchange(host, stillOpen, codeOf(await leaver.submit(page, typed)))).status).toBe(200);
    const authRequest = ask(host, app);
    const fresh = await signIn(new Visitor(), authRequest, 'bob', passwordOf(host, 'bob'));
    expect((await exchange(host, authRequest, codeOf(fresh))).status).toBe(200);
  });
});
