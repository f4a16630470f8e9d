import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { application, refresh, type Tokens, userinfo } from '../support/application.js';
import type { Host } from '../support/host/host.js';
import { saidOf } from '../support/host/said-of.js';
import { type SmallDisk, smallDisk } from '../support/small-disk.js';
import { flowHostAs, MACHINE_SECRET, signedIn } from './flow-host.js';
import { signInStorm } from './sign-in-storm.js';

const app = application('public');
let disk: SmallDisk;
let host: Host;
beforeAll(async () => {
  disk = await smallDisk('24m');
  host = await flowHostAs({ inside: disk.inside, env: { GATEHOUSE_STORE: `sqlite:${disk.folder}/store.db` } });
});
afterAll(async () => {
  await host.end();
  await disk.end();
});

const clientToken = (): Promise<Response> =>
  fetch(`${host.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'machine',
      client_secret: MACHINE_SECRET,
    }),
  });
const status = async (path: string): Promise<number> => (await fetch(`${host.issuer}${path}`)).status;

test('a server whose disk is full refuses what must be written, says why, answers the rest, and goes on when there is room', async () => {
  const { tokens }: { tokens: Tokens } = await signedIn(host, app);
  const storm = signInStorm(host, 4);
  await storm.rotated(10);
  await disk.fill();
  // Everybody goes home at the first answer that is not as it should be.
  await storm.allRefused();

  const refused = await clientToken();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await saidOf(host, refused)).toEqual([
    expect.stringMatching(/"level":40.*the disk of GATEHOUSE_STORE \(.*store\.db\) is full; make room there/),
  ]);
  expect(await Promise.all(['/.well-known/openid-configuration', '/jwks', '/healthz', '/readyz'].map(status))).toEqual([
    200, 200, 200, 503,
  ]);
  expect((await userinfo(host, tokens.access_token)).status).toBe(200);

  await disk.makeRoom();
  expect((await clientToken()).status).toBe(200);
  expect(await status('/readyz')).toBe(200);
  expect((await refresh(host, app, tokens.refresh_token)).status).toBe(200);
  expect(storm.answered.refreshTokens.size).toBeGreaterThan(0);
  const rotated = await Promise.all([...storm.answered.refreshTokens].map((token) => refresh(host, app, token)));
  expect(rotated.map((answer) => answer.status)).toEqual(rotated.map(() => 200));
});
