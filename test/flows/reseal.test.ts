/**
 * The sealing key changes while two servers work; an interrupted change can be continued; then the previous key can be removed.
 */
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { application, ask, codeOf, exchange, refresh, userinfo } from '../support/application.js';
import { useHost } from '../support/host/use-host.js';
import { expectKept } from './answered.js';
import { flowRealm, signedIn } from './flow-host.js';
import { signInStorm } from './sign-in-storm.js';

const app = application('public');
/** Rotations of one person among which there is a new sign-in, with a code that waits. */
const A_SIGN_IN = 8;

describe.each(['two on sqlite', 'two on mongodb'] as const)('%s:', (storeKind) => {
  const host = useHost(flowRealm(storeKind));

  const keyFiles = async () => (await readdir(host.keysFolder)).filter((name) => name.endsWith('.key'));

  test('everything is sealed anew beside people who sign in, and nothing they were answered is lost', async () => {
    const signed = await signedIn(host, app);
    const storm = signInStorm(host, 1);
    await storm.rotated(2);
    if (storeKind.endsWith('mongodb')) {
      // Other machines have to get the key before anything is sealed under it.
      const made = await host.command('keys', 'reseal');
      expect(made).toMatchObject({ code: 0, err: [] });
      expect(made.out.join(' ')).toContain('Copy it');
      expect((await host.command('keys', 'reseal', '--again')).out).toEqual([expect.stringMatching(/^0 .* 0001;/)]);
    }

    // Killed at one moment after another, it goes on each time.
    for (const afterMs of [400, 550, 750]) {
      await host.killedCommand(afterMs, 'keys', 'reseal');
      // The lease of the killed command expires.
      await host.advance(11_000);
    }
    // A code lives for a minute, and the clock has moved by half of one: on a slow machine, earlier codes end before they are redeemed.
    storm.answered.codes.clear();
    await storm.rotated(storm.answered.rotations + A_SIGN_IN);
    const done = await host.command('keys', 'reseal');
    expect(done).toMatchObject({ code: 0, err: [] });
    expect(done.out.join('\n')).toContain('Everything in this store is sealed under 0002 now');
    await storm.rotated(storm.answered.rotations + 2);
    await storm.end();

    await expectKept(host, storm.answered);
    expect((await host.command('keys', 'reseal', '--again')).out).toEqual([expect.stringMatching(/^0 .* 0002;/)]);
    expect((await userinfo(host, signed.tokens.access_token)).status).toBe(200);
    expect(await keyFiles()).toEqual(['0001.key', '0002.key']);
  });

  test('without the key before, a start finds everything, and people stay signed in', async () => {
    const { visitor, tokens } = await signedIn(host, app);
    await host.stop();
    await rename(join(host.keysFolder, '0001.key'), join(host.keysFolder, '../0001.kept'));
    await host.restart();
    expect((await userinfo(host, tokens.access_token)).status).toBe(200);
    expect((await refresh(host, app, tokens.refresh_token)).status).toBe(200);
    const silent = ask(host, app, { prompt: 'none' });
    expect((await exchange(host, silent, codeOf(await visitor.visit(silent.url)))).status).toBe(200);
    await signedIn(host, app);
    // Records were not sealed anew, only the keys of the people in them.
    expect(await host.command('audit', 'verify')).toMatchObject({ code: 0, err: [] });
    expect((await host.command('audit', 'list', '--kind', 'sign-in', '--json')).out.join(' ')).toMatch(/"address":/);
  });
});
