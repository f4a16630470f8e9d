/** Many more sign-ins at once than passwords can be checked: some are asked to retry, and programs are not affected. */
import { expect, test } from '@jest/globals';
import { application, ask, codeOf, signIn, token } from '../support/application.js';
import { useHosts } from '../support/host/use-host.js';
import { Visitor } from '../support/visitor.js';
import { MACHINE_SECRET, passwordOf } from './flow-host.js';

const app = application('public');
/** All within a moment in which two or three passwords can be checked; more than can be within the two seconds that anybody waits. */
const SIGN_INS = 48;
const PEOPLE = 12;
const CALLS = 15;

const start = useHosts();
test('tokens and keys are not queued behind ten times as many sign-ins as passwords can be checked', async () => {
  const host = await start({ realmFile: 'test/flows/storm.realm.yaml', env: { MACHINE_SECRET } });
  const pages = await Promise.all(
    Array.from({ length: SIGN_INS }, async (_, at) => {
      const visitor = new Visitor();
      const identifier = `person-${(at % PEOPLE) + 1}`;
      const typed = { identifier, password: passwordOf(host, identifier) };
      return { visitor, page: await visitor.visit(ask(host, app).url), typed };
    }),
  );
  const machine = { id: 'machine' };
  const grant = { grant_type: 'client_credentials', client_secret: MACHINE_SECRET, client_id: machine.id };
  expect((await token(host, machine, grant)).status).toBe(200);

  const inside: Visitor[] = [];
  const statuses = pages.map(async ({ visitor, page, typed }) => {
    const { url, status, headers } = await visitor.submit(page, typed);
    const isIn = url.searchParams.has('code');
    if (isIn) inside.push(visitor);
    else expect([status, Number(headers.get('retry-after')) > 0]).toEqual([503, true]);
    return isIn ? 'in' : status;
  });
  // From here on hashes run, and more wait for their turn.
  while (inside.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  const outside = new Visitor();
  const authRequest = ask(host, app).url;
  const door = await outside.visit(authRequest);
  expect([door.status, door.heading, Number(door.headers.get('retry-after')) > 0]).toEqual([
    503,
    'Many people are signing in right now',
    true,
  ]);
  expect([door.headers.getSetCookie(), door.text.includes(`href="${authRequest.pathname}?`)]).toEqual([[], true]);
  // Requests without a password are accepted.
  for (const visitor of inside.slice(0, 1)) codeOf(await visitor.visit(ask(host, app).url));
  const silent = await outside.visit(ask(host, app, { prompt: 'none' }).url);
  expect(silent.url.searchParams.get('error')).toBe('login_required');

  const before = inside.length;
  for (let call = 0; call < CALLS; call++) {
    expect((await token(host, machine, grant)).status).toBe(200);
    expect((await fetch(`${host.issuer}/jwks`)).status).toBe(200);
  }
  const meanwhile = inside.length - before;
  const all = await Promise.all(statuses);
  const good = all.filter((status) => status === 'in').length;
  expect(all.filter((status) => status === 503).length).toBeGreaterThan(SIGN_INS / 4);
  // Behind hashes each of these calls would have waited for one at least.
  expect(meanwhile).toBeLessThan(CALLS / 2);
  expect(good).toBeGreaterThan(0);
  // The same address leads on once there is room.
  codeOf(await signIn(outside, { url: authRequest }, 'person-2', passwordOf(host, 'person-2')));
});
