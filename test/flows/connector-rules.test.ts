/** The rules of a connector say who of another identity provider may sign in here, at each sign-in, before anything is written. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readConnectorCommand, runConnectorCommand } from '../../src/cli/connector/connector.js';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import { application, ask, claimsOf, codeOf, exchange } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import type { Upstream } from '../support/upstream-op.js';
import { Visitor } from '../support/visitor.js';
import { by, changeConnector } from './ldap-realm.js';
import { errorOf } from './redirect-realm.js';
import {
  askedThere,
  byLink,
  MAPPING,
  peopleOfPartner,
  signInsAudited,
  startPartner,
  toProvider,
  upstreamRealm,
} from './upstream-realm.js';

const app = application('public');
const REFUSED = 'This account may not sign in here. Choose another account, or ask your administrator.';
const HOUR = 3600;

const verified = (name: string, domain: string, more: object = {}) => ({
  ...{ preferred_username: name, name, email: `${name}@${domain}`, email_verified: true, ...more },
});
const accounts = {
  ada: verified('ada', 'example.com', { hd: 'example.com', organizations: ['makers', 'example'] }),
  // An address at the domain, of somebody who is not of the company.
  eve: verified('eve', 'example.com'),
  sub: verified('sub', 'mail.example.com', { hd: 'mail.example.com' }),
  fake: verified('fake', 'example.com', { email_verified: false }),
  out: verified('out', 'example.org', { hd: 'example.org', organizations: ['makers'] }),
  none: { preferred_username: 'none' },
  late: verified('late', 'example.com', { signedInAgo: 2 * HOUR }),
  young: verified('young', 'example.com', { signedInAgo: HOUR / 2 }),
};

describe.each(['sqlite', 'mongodb'] as const)('the rules of a connector, on %s', (store) => {
  let upstream: Upstream;
  const host = useInProcessHost(upstreamRealm(store));
  beforeAll(async () => {
    upstream = await startPartner(host, accounts);
  });
  afterAll(() => upstream.stop());
  beforeEach(() => changeConnector(host, { rules: null, linking: 'never', mapping: MAPPING }, 'partner'));

  const rule = (rules: object) => changeConnector(host, { rules }, 'partner');
  async function enter(login: string, params: Record<string, string> = {}) {
    const asked = ask(host, app, params);
    const visitor = new Visitor();
    return { asked, visitor, page: await byLink(visitor, await visitor.visit(asked.url), login) };
  }
  async function isAdmitted(login: string): Promise<boolean> {
    const { page } = await enter(login);
    if (page.left === undefined) expect([page.status, errorOf(page)]).toEqual([403, REFUSED]);
    else codeOf(page);
    return page.left !== undefined;
  }
  const linkOf = (login: string) =>
    host.parts.links.find({ connector: 'partner', issuer: '', subject: `subject-of-${login}` });

  test('admit the verified addresses of a domain, and of none below it', async () => {
    await rule({ domains: ['Example.COM'] });
    for (const login of ['eve', 'sub', 'fake', 'out', 'none']) {
      expect([login, await isAdmitted(login)]).toEqual([login, login === 'eve']);
      expect([login, (await linkOf(login)) !== undefined]).toEqual([login, login === 'eve']);
    }
    expect(await peopleOfPartner(host)).toEqual(['eve']);
  });

  test('admit by a claim alone where one is named: an address at the domain without it is not of the domain', async () => {
    await rule({ claims: [{ claim: 'hd', values: ['example.com'] }] });
    for (const login of ['ada', 'eve', 'sub', 'out', 'none'])
      expect([login, await isAdmitted(login)]).toEqual([login, login === 'ada']);
  });

  test('admit whoever has one of the values of each claim, and fulfils the other rules too', async () => {
    const claims = [
      { claim: 'organizations', values: ['nobody', 'makers'] },
      { claim: 'hd', values: ['example.com', 'example.org'] },
    ];
    await rule({ claims });
    expect([await isAdmitted('ada'), await isAdmitted('out'), await isAdmitted('sub')]).toEqual([true, true, false]);
    await rule({ claims, domains: ['example.com'] });
    expect([await isAdmitted('ada'), await isAdmitted('out')]).toEqual([true, false]);
  });

  test('ask the provider for a sign-in that is young enough, and refuse an older one', async () => {
    await rule({ maxAge: HOUR });
    for (const [params, asked] of [
      [{}, '3600'],
      [{ max_age: '60' }, '60'],
      [{ max_age: '7200' }, '3600'],
      [{ prompt: 'login' }, '0'],
    ] as const) {
      const visitor = new Visitor();
      const left = await toProvider(visitor, await visitor.visit(ask(host, app, params).url));
      expect(askedThere(left).get('max_age')).toBe(asked);
    }
    await upstream.setAccount('half', verified('half', 'example.com', { signedInAgo: HOUR / 2 }));
    expect([await isAdmitted('late'), await isAdmitted('half')]).toEqual([false, true]);
  });

  test('are in the audit trail, by the rule and the connector, and name nobody', async () => {
    await rule({ domains: ['nowhere.test'], claims: [{ claim: 'hd', values: ['example.com'] }], maxAge: HOUR });
    await isAdmitted('ada');
    await rule({ claims: [{ claim: 'hd', values: ['elsewhere.test'] }] });
    await isAdmitted('ada');
    await rule({ maxAge: HOUR });
    await isAdmitted('late');
    expect((await signInsAudited(host)).slice(0, 3)).toEqual(
      ['rule-max-age', 'rule-claims', 'rule-domains'].map((why) => ({ outcome: 'failure', why, connector: 'partner' })),
    );
  });

  test('hold for somebody who was admitted before, and change nothing of them', async () => {
    const { asked, page } = await enter('ada');
    const sub = String(claimsOf((await exchange(host, asked, codeOf(page))).body.id_token)['sub']);
    const before = await host.parts.users.get(sub);
    await rule({ claims: [{ claim: 'hd', values: ['example.org'] }] });
    await upstream.setAccount('ada', { ...accounts.ada, name: 'Another name' });
    expect(await isAdmitted('ada')).toBe(false);
    await upstream.setAccount('ada', accounts.ada);
    expect(await host.parts.users.get(sub)).toEqual(before);
  });

  test('hold when a question is answered, for whatever the answer is', async () => {
    await changeConnector(host, { linking: 'ask' }, 'partner');
    await upstream.setAccount('new', verified('new', 'example.org'));
    const { visitor, page } = await enter('new');
    expect(page.heading).toBe('Do you already have an account here?');
    await rule({ domains: ['example.com'] });
    const answered = await visitor.submit(page, { decision: 'new' });
    expect([answered.status, errorOf(answered)]).toEqual([403, REFUSED]);
    expect(await linkOf('new')).toBe(undefined);
    expect((await signInsAudited(host))[0]).toMatchObject({ why: 'rule-domains', connector: 'partner' });
  });

  test('judge the age of a sign-in as it was when the question was asked', async () => {
    await changeConnector(host, { linking: 'ask' }, 'partner');
    await rule({ maxAge: HOUR });
    const { visitor, page } = await enter('young');
    expect(page.heading).toBe('Do you already have an account here?');
    codeOf(await visitor.submit(page, { decision: 'new' }));
    await upstream.setAccount('aged', verified('aged', 'example.com', { signedInAgo: HOUR / 2 }));
    const later = await enter('aged');
    await rule({ maxAge: HOUR / 4 });
    const answered = await later.visitor.submit(later.page, { decision: 'new' });
    expect([answered.status, errorOf(answered)]).toEqual([403, REFUSED]);
  });

  test('lead on: the link of the page asks the provider for another account', async () => {
    await rule({ claims: [{ claim: 'hd', values: ['example.com'] }] });
    const { asked, visitor, page } = await enter('eve');
    const left = await toProvider(visitor, page);
    expect(askedThere(left).get('prompt')).toBe('select_account');
    const admitted = await byLink(visitor, page, 'ada');
    expect((await exchange(host, asked, codeOf(admitted))).status).toBe(200);
  });

  test('are shown by explain, with what each says of an identity', async () => {
    await rule({ domains: ['example.com'], claims: [{ claim: 'hd', values: ['example.com'] }], maxAge: HOUR });
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-rules-'));
    const explain = async (claims: object, ...flags: readonly string[]) => {
      const file = join(folder, 'identity.json');
      await writeFile(file, JSON.stringify({ subject: 'somebody', claims }));
      const lines: string[] = [];
      const command = readConnectorCommand(['explain', 'partner', '--file', file, ...flags]);
      const ok = await runConnectorCommand(by, command, host.parts, { line: (text) => void lines.push(text) });
      return { ok, text: lines.join('\n') };
    };
    const claims = { email: ['zoe@example.com'], email_verified: ['true'], preferred_username: ['zoe'] };
    const refused = await explain(claims);
    expect(refused.ok).toBe(false);
    for (const line of [
      'A verified address of example.com: fulfilled',
      'The claim hd is example.com: not fulfilled',
      'A sign-in there within 3600 seconds: judged at the sign-in',
      'The sign-in would be refused: a rule of the connector does not admit the user.',
    ])
      expect(refused.text).toContain(line);
    const admitted = await explain({ ...claims, hd: ['example.com'] });
    expect([admitted.ok, admitted.text]).toEqual([true, expect.stringContaining('A new user zoe would be created')]);
    const json = await explain(claims, '--json');
    expect(JSON.parse(json.text)).toMatchObject({
      ...{ result: 'refused', reason: 'rule-claims', fields: [] },
      rules: [{ isMet: true }, { rule: 'rule-claims', isMet: false, claim: 'hd' }, { rule: 'rule-max-age' }],
    });
    await rm(folder, { recursive: true });
  });

  test('of an age are only for providers that tell it: a directory proves the password at each sign-in', async () => {
    const logo = `data:image/svg+xml;base64,${Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64')}`;
    const directory = connectorInput.parse({
      ...{ id: 'corp', displayName: 'Corp', kind: 'ldap', rules: { maxAge: HOUR }, subject: { base: 'dc=corp' }, logo },
      connection: { servers: ['ldaps://ldap.corp.test'], anonymous: true },
    });
    const github = connectorInput.parse({
      ...{ id: 'github', displayName: 'GitHub', kind: 'oauth2', preset: 'github', rules: { maxAge: HOUR }, logo },
      ...{ connection: { clientId: 'x' }, secret: 'secret-of-the-client' },
    });
    const unused = (...path: string[]) => ({ code: 'connector-setting-unused', path });
    const problems = async (input: typeof directory) => {
      const saved = await host.parts.connectors.create(by, input);
      return !saved.ok && saved.refusal.problems;
    };
    expect(await problems(directory)).toMatchObject([unused('rules', 'maxAge'), unused('logo')]);
    expect(await problems(github)).toMatchObject([unused('rules', 'maxAge')]);
  });
});
