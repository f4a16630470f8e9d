import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { application, ask, codeOf, exchange, refresh, type Tokens, userinfo } from '../support/application.js';
import type { Host } from '../support/host/host.js';
import { useHost } from '../support/host/use-host.js';
import { type Mongod, startMongod } from '../support/mongod-process.js';
import { type SmallDisk, smallDisk } from '../support/small-disk.js';
import { expectKept } from './answered.js';
import { flowRealm, loggedOf, MACHINE_SECRET, ready, signedIn } from './flow-host.js';
import { signInStorm } from './sign-in-storm.js';

const app = application('public');

const clientToken = (host: Host): Promise<Response> =>
  fetch(`${host.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'machine',
      client_secret: MACHINE_SECRET,
    }),
  });
const answers = (host: Host, paths: readonly string[]): Promise<number[]> =>
  Promise.all(paths.map(async (path) => (await fetch(`${host.issuer}${path}`)).status));

const isRefused = ({ status }: Response): boolean => status === 503;

/** The first answer that is so, of a thousand; else the last. */
async function firstThat(isSo: (answer: Response) => boolean, asked: () => Promise<Response>): Promise<Response> {
  let answer = await asked();
  for (let times = 1; times < 1000 && !isSo(answer); times++) answer = await asked();
  return answer;
}

describe('a full disk, on sqlite:', () => {
  let disk: SmallDisk;
  beforeAll(async () => {
    disk = await smallDisk('24m');
  });
  const host = useHost(() =>
    flowRealm('sqlite', { inside: disk.inside, env: { GATEHOUSE_STORE: `sqlite:${disk.folder}/store.db` } }),
  );
  afterAll(async () => {
    await disk.end();
  });

  test('codes and refresh tokens that were told to come again are good when there is room', async () => {
    const { visitor } = await signedIn(host, app);
    const asks = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const authRequest = ask(host, app);
        return { asked: authRequest, code: codeOf(await visitor.visit(authRequest.url)) };
      }),
    );
    const codes = asks.slice(20);
    const tokens = await Promise.all(
      asks.slice(0, 20).map(async ({ asked, code }) => (await exchange(host, asked, code)).body.refresh_token),
    );
    await disk.fill();
    // A log that has just been folded into the file has room for a few writes more: all are at work when that is used up.
    const refused = await Promise.all(tokens.map((token) => refreshedUntilRefused(token)));
    const exchanged = await Promise.all(codes.map(({ asked, code }) => exchange(host, asked, code)));
    const left = codes.filter((_, i) => exchanged[i]?.status === 503);
    expect(left).not.toHaveLength(0);
    await disk.makeRoom();
    await ready(host);

    const again = [
      ...(await Promise.all(refused.map((token) => refresh(host, app, token)))),
      ...(await Promise.all(left.map(({ asked, code }) => exchange(host, asked, code)))),
    ];
    expect(again.map(({ status }) => status)).toEqual(again.map(() => 200));
  });

  /** The token that was told to come again. */
  async function refreshedUntilRefused(first: string): Promise<string> {
    let token = first;
    for (;;) {
      const { status, body } = await refresh(host, app, token);
      if (status === 503) return token;
      expect(status).toBe(200);
      token = body.refresh_token;
    }
  }

  test('what must be written is refused and the log says why, the rest goes on, and so does all of it when there is room', async () => {
    const { tokens }: { tokens: Tokens } = await signedIn(host, app);
    const storm = signInStorm(host, 4);
    await storm.rotated(10);
    await disk.fill();
    await storm.allRefused();

    // A log that has just been folded into the file has room for a few writes more.
    const refused = await firstThat(isRefused, () => clientToken(host));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await loggedOf(host, refused)).toEqual([
      expect.stringMatching(/"level":40.*the disk of GATEHOUSE_STORE \(.*store\.db\) is full; make room there/),
    ]);
    expect(await answers(host, ['/.well-known/openid-configuration', '/jwks', '/healthz'])).toEqual([200, 200, 200]);
    // The readiness check makes the smallest possible write. It may still succeed until the last space is used up.
    expect((await firstThat(isRefused, () => fetch(`${host.issuer}/readyz`))).status).toBe(503);
    expect((await userinfo(host, tokens.access_token)).status).toBe(200);

    await disk.makeRoom();
    expect((await clientToken(host)).status).toBe(200);
    await ready(host);
    expect((await refresh(host, app, tokens.refresh_token)).status).toBe(200);
    await expectKept(host, storm.answered);
  });
});

describe('a full disk, on mongodb:', () => {
  let disk: SmallDisk;
  let mongod: Mongod;
  beforeAll(async () => {
    disk = await smallDisk('200m');
    // A journal of small files soon wants another one; by default they are of 100 MB, and made ahead.
    const journal = ['--wiredTigerEngineConfigString', 'log=(file_max=1MB,prealloc=false)'];
    mongod = await startMongod({ disk, args: journal });
  });
  const host = useHost(() => flowRealm('sqlite', { env: { GATEHOUSE_STORE: `${mongod.url}full` } }));
  afterAll(async () => {
    await mongod.end();
    await disk.end();
  });

  test('what MongoDB has no room for is refused, and all that was answered is there when it runs with room', async () => {
    const storm = signInStorm(host, 4);
    await storm.rotated(10);
    await disk.fill();
    await storm.allRefused();
    expect(await answers(host, ['/.well-known/openid-configuration', '/jwks', '/healthz'])).toEqual([200, 200, 200]);

    await disk.makeRoom();
    // It refuses writes for a while, and then ends itself.
    await mongod.kill();
    await mongod.restart();
    await ready(host);
    await expectKept(host, storm.answered);
  });
});
