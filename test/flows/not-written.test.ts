import { beforeAll, describe, expect, test } from '@jest/globals';
import { DatabaseSync } from 'node:sqlite';
import mongoose from 'mongoose';
import { application, ask, codeOf, exchange, refresh, signIn, userinfo } from '../support/application.js';
import type { Host } from '../support/host/host.js';
import { useHost } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { flowRealm, passwordOf, signedIn, stores } from './flow-host.js';

const app = application('public');

/** Lets the store take no new token, or take them again; what is there can be changed all the while. */
type Takes = (takes: boolean) => Promise<void>;

const sqliteTakes =
  ({ storeAddress }: Host): Takes =>
  async (takes) => {
    const db = new DatabaseSync(storeAddress.slice('sqlite:'.length), { timeout: 5000 });
    const refusal = "BEFORE INSERT ON d_tokens BEGIN SELECT RAISE(ABORT, 'none are taken'); END";
    db.exec(takes ? 'DROP TRIGGER none_taken' : `CREATE TRIGGER none_taken ${refusal}`);
    db.close();
  };

const mongoTakes =
  ({ storeAddress }: Host): Takes =>
  async (takes) => {
    const connection = await mongoose.createConnection(storeAddress).asPromise();
    // `moderate` leaves alone what is there and does not fit already.
    const validator = takes ? {} : { nobody: 'has this' };
    await connection.db?.command({ collMod: 'gatehouse_tokens', validator, validationLevel: 'moderate' });
    await connection.close();
  };

describe.each(stores)('while no new token can be written, on %s:', (kind) => {
  let takes: Takes;
  const host = useHost(flowRealm(kind));
  beforeAll(async () => {
    takes = (kind === 'sqlite' ? sqliteTakes : mongoTakes)(host);
  });

  test('a refresh token and a code that were presented are good when there is room again, and nobody is signed out', async () => {
    const { tokens } = await signedIn(host, app);
    const authRequest = ask(host, app);
    const code = codeOf(await signIn(new Visitor(), authRequest, 'alice', passwordOf(host, 'alice')));

    await takes(false);
    expect((await refresh(host, app, tokens.refresh_token)).status).toBe(503);
    expect((await exchange(host, authRequest, code)).status).toBe(503);
    await takes(true);

    const rotated = await refresh(host, app, tokens.refresh_token);
    const exchanged = await exchange(host, authRequest, code);
    expect([rotated.status, exchanged.status]).toEqual([200, 200]);
    expect((await userinfo(host, rotated.body.access_token)).status).toBe(200);
    // Once and no more.
    expect((await exchange(host, authRequest, code)).body.error).toBe('invalid_grant');
    expect((await refresh(host, app, tokens.refresh_token)).body.error).toBe('invalid_grant');
  });
});
