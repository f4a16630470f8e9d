/** What another identity provider confirms reaches a level if the mapping says so; what is missing is shown here, or the sign-in is refused. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { PASSWORD as ONE_FACTOR, TWO_FACTOR } from '../../src/base/authentication-level.js';
import { settingsInput } from '../../src/realm/settings/settings-input.js';
import { application, ask, claimsOf, codeOf, exchange } from '../support/application.js';
import { Authenticator } from '../support/authenticator.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import type { Upstream } from '../support/upstream-op.js';
import { type Page, Visitor } from '../support/visitor.js';
import { made } from '../identity/identity-store.js';
import { by, changeConnector } from './ldap-realm.js';
import { addOffering, errorOf } from './redirect-realm.js';
import {
  askedThere,
  atProvider,
  byLink,
  MAPPING,
  peopleOfPartner,
  signInsAudited,
  startPartner,
  toProvider,
  upstreamRealm,
} from './upstream-realm.js';

const app = application('public');
/** It requires two factors of everybody. */
const strict = application('strict');
const only = application('only-partner');
const ENROL = 'Set up a second factor';

const person = (name: string, more: object = {}) => ({ preferred_username: name, name, ...more });
const accounts = {
  mia: person('mia', { amr: ['pwd', 'mfa'] }),
  otto: person('otto', { amr: ['pwd', 'otp'], acr: 'silver' }),
  gold: person('gold', { amr: ['pwd'], acr: 'gold' }),
  paul: person('paul', { amr: ['pwd'], acr: 'silver' }),
  none: person('none'),
};
const level = [
  { amr: 'mfa', to: TWO_FACTOR },
  { from: 'silver', to: ONE_FACTOR },
  { from: 'gold', to: TWO_FACTOR },
];

describe.each(['sqlite', 'mongodb'] as const)('the level of a sign-in elsewhere, on %s', (store) => {
  let upstream: Upstream;
  const host = useInProcessHost(upstreamRealm(store));
  beforeAll(async () => {
    upstream = await startPartner(host, accounts);
    await addOffering(host, 'only-partner', ['partner']);
    const client = await host.parts.clients.get('only-partner');
    made(await host.parts.clients.update(by, 'only-partner', { requiredLevel: TWO_FACTOR }, client?.version ?? 0));
  });
  afterAll(() => upstream.stop());
  beforeEach(async () => {
    await changeConnector(host, { mapping: { ...MAPPING, level } }, 'partner');
    await enrolment('open');
  });

  async function enrolment(way: 'open' | 'closed'): Promise<void> {
    const { version, secondFactor, ...rest } = await host.parts.settings.get();
    const { id: _, since: __, ...input } = rest as typeof rest & { readonly id: string; readonly since: number };
    if (secondFactor.enrolment === way) return;
    const changed = settingsInput.parse({ ...input, secondFactor: { ...secondFactor, enrolment: way } });
    made(await host.parts.settings.save(by, changed, version));
  }
  async function enter(login: string, at = app, params: Record<string, string> = {}, visitor = new Visitor()) {
    const asked = ask(host, at, params);
    return { asked, visitor, page: await byLink(visitor, await visitor.visit(asked.url), login) };
  }
  const tokens = async ({ asked, page }: { readonly asked: ReturnType<typeof ask>; readonly page: Page }) =>
    claimsOf((await exchange(host, asked, codeOf(page))).body.id_token);

  test('is two factors where the provider reports a method, or a level, that the mapping honours', async () => {
    for (const login of ['mia', 'gold'])
      expect(await tokens(await enter(login, strict))).toMatchObject({ acr: TWO_FACTOR, amr: ['fed', 'mfa'] });
  });

  test('is asked for there, in the words of the provider, where the client or its request requires it', async () => {
    const asked = async (params: Readonly<Record<string, string>> = {}, at = app) => {
      const visitor = new Visitor();
      const page = await visitor.visit(ask(host, at, params).url);
      return askedThere(await toProvider(visitor, page)).get('acr_values');
    };
    const higher = [...level, { from: 'platinum', to: TWO_FACTOR }];
    await changeConnector(host, { mapping: { ...MAPPING, level: higher } }, 'partner');
    expect(await asked()).toBe(null);
    expect(await asked({}, strict)).toBe('gold platinum');
    expect(await asked({ acr_values: `${TWO_FACTOR} ${ONE_FACTOR}` })).toBe('gold platinum');
    expect(await asked({ acr_values: `${ONE_FACTOR} ${TWO_FACTOR}` })).toBe(null);
    // No name of the provider's reaches it.
    await changeConnector(host, { mapping: MAPPING }, 'partner');
    expect(await asked({}, strict)).toBe(null);
  });

  test('is one factor where nothing is honoured, and then two are shown here', async () => {
    for (const login of ['otto', 'paul', 'none']) {
      expect(await tokens(await enter(login))).toMatchObject({ acr: ONE_FACTOR, amr: ['fed'] });
      expect((await enter(login, strict)).page.left).toBe(undefined);
    }
    await changeConnector(host, { mapping: MAPPING }, 'partner');
    expect(await tokens(await enter('mia'))).toMatchObject({ acr: ONE_FACTOR, amr: ['fed'] });
    expect((await enter('mia', strict)).page.left).toBe(undefined);
  });

  test('is the highest of what the mapping honours', async () => {
    await changeConnector(
      host,
      { mapping: { ...MAPPING, level: [...level, { amr: 'otp', to: TWO_FACTOR }] } },
      'partner',
    );
    expect(await tokens(await enter('otto', strict))).toMatchObject({ acr: TWO_FACTOR, amr: ['fed', 'mfa'] });
  });

  test('is reached with a second factor of ours, which is asked for from then on, and claims no more than was shown', async () => {
    await upstream.setAccount('tina', person('tina', { amr: ['pwd'] }));
    const first = await enter('tina', strict);
    // Where the provider does not tell when somebody signed in, a factor is set up after a fresh sign-in there.
    expect(first.page.heading).toBe('Sign in');
    const page = await byLink(first.visitor, first.page, 'tina');
    expect(page.heading).toBe(ENROL);
    const phone = Authenticator.reading(page, host);
    const codes = await first.visitor.submit(page, { code: phone.code() });
    const enrolled = await first.visitor.visit(page.url);
    expect(codes.heading).toBe('Save your recovery codes');
    expect(await tokens({ ...first, page: enrolled })).toMatchObject({
      ...{ acr: TWO_FACTOR, idp: 'partner' },
      amr: ['fed', 'otp', 'mfa'],
    });
    const again = await enter('tina', strict);
    expect(again.page.heading).toMatch(/code/i);
    const done = await again.visitor.submit(again.page, { code: phone.code(1) });
    expect(await tokens({ ...again, page: done })).toMatchObject({ acr: TWO_FACTOR, amr: ['fed', 'otp', 'mfa'] });
    // The provider's own second factor is enough as well.
    await upstream.setAccount('tina', person('tina', { amr: ['mfa'] }));
    expect(await tokens(await enter('tina', strict))).toMatchObject({ acr: TWO_FACTOR, amr: ['fed', 'mfa'] });
  });

  test('that nobody can reach is refused, recorded by its connector, and the page offers another account', async () => {
    await enrolment('closed');
    for (const at of [strict, only]) {
      const { page, visitor, asked } = await enter('paul', at);
      const refused = 'This account does not meet the sign-in requirements of the application.';
      expect([page.status, errorOf(page)]).toEqual([403, refused]);
      expect((await signInsAudited(host))[0]).toMatchObject({
        ...{ why: 'unmet_authentication_requirements', connector: 'partner' },
      });
      expect(await tokens({ asked, page: await byLink(visitor, page, 'mia') })).toMatchObject({ acr: TWO_FACTOR });
    }
  });

  test('that a session lacks is an error for an application that asks without pages', async () => {
    const { visitor, page } = await enter('paul');
    codeOf(page);
    const error = async (params: Record<string, string>, at = app) =>
      (await visitor.visit(ask(host, at, { prompt: 'none', ...params }).url)).url.searchParams.get('error');
    expect(await error({})).toBe(null);
    expect(await error({ acr_values: TWO_FACTOR })).toBe('login_required');
    expect(await error({}, strict)).toBe('login_required');
    await enrolment('closed');
    expect(await error({ acr_values: TWO_FACTOR })).toBe('unmet_authentication_requirements');
    expect(await error({}, strict)).toBe('unmet_authentication_requirements');
  });

  test('never leads round in a circle, however an application insists on the provider', async () => {
    for (const way of ['open', 'closed'] as const) {
      await enrolment(way);
      for (const params of [{}, { prompt: 'login' }, { max_age: '0' }, { acr_values: TWO_FACTOR }]) {
        const [visitor, there] = [new Visitor(), new Visitor()];
        const asked = ask(host, only, { idp_hint: 'partner', login_hint: 'none', ...params });
        let page = await visitor.visit(asked.url);
        let journeys = 0;
        for (; page.left?.startsWith(upstream.issuer) === true && journeys < 5; journeys++)
          page = await atProvider(visitor, page, 'none', there);
        expect([way, params, journeys <= 2, page.left]).toEqual([way, params, true, undefined]);
        expect([ENROL, 'Sign in']).toContain(page.heading);
      }
    }
  });

  test('is asked for anew at the provider when a factor is to be set up', async () => {
    const { page, visitor } = await enter('none', strict);
    expect(page.heading).toBe('Sign in');
    const left = await visitor.visit(`${page.url.href}/redirect/partner`);
    expect([askedThere(left).get('max_age'), askedThere(left).get('prompt')]).toEqual(['0', 'login']);
    expect(await peopleOfPartner(host)).toContain('none');
  });
});
