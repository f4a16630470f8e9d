/** `prompt=none` goes on to the provider, if the connector says so and `idp_hint` names it. Nobody is asked anything on the way. */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { application, ask, claimsOf, exchange } from '../support/application.js';
import { useInProcessHost } from '../support/host/use-in-process-host.js';
import { Visitor } from '../support/visitor.js';
import { ldapRealm } from './ldap-realm.js';
import { addSaml, answerTo, bring, sentRequest } from './saml-realm.js';
import { NAME_ID, type Written } from '../federation/saml/stand-in/response.js';

const app = application('public');

describe.each(['sqlite', 'mongodb'] as const)('prompt=none, on %s', (store) => {
  const host = useInProcessHost(ldapRealm(store));
  beforeAll(async () => {
    await addSaml(host, { connection: { handsOnPromptNone: true } });
    await addSaml(host, { id: 'asking' });
    await addSaml(host, { id: 'linking', connection: { handsOnPromptNone: true }, linking: 'ask' });
  });

  const asks = (params: Readonly<Record<string, string>> = {}) =>
    ask(host, app, { scope: 'openid', prompt: 'none', idp_hint: 'partner', ...params });
  const errorIn = (left: string | undefined): string | null => new URL(left ?? 'none:').searchParams.get('error');
  async function away(params?: Readonly<Record<string, string>>) {
    const visitor = new Visitor();
    const asked = asks(params);
    const { left } = await visitor.visit(asked.url);
    return { visitor, asked, request: sentRequest(new URL(left ?? 'none:')) };
  }
  async function back(gone: Awaited<ReturnType<typeof away>>, written: Written = {}) {
    const { visitor, request } = gone;
    const xml = answerTo(host, request, { assertionId: `_${randomUUID()}`, ...written });
    return visitor.visit(await bring(host, xml, request.relayState));
  }

  test('signs in whom the provider knows', async () => {
    const gone = await away();
    expect(gone.request.xml).toContain('IsPassive="true"');
    expect(gone.request.xml).not.toContain('ForceAuthn');
    const page = await back(gone);
    const code = new URL(page.left ?? 'none:').searchParams.get('code') ?? '';
    expect(claimsOf((await exchange(host, gone.asked, code)).body.id_token)).toMatchObject({ idp: 'partner' });
    // From then on there is a session.
    expect(new URL((await gone.visitor.visit(asks().url)).left ?? 'none:').searchParams.has('code')).toBe(true);
  });

  test.each(['NoPassive', 'AuthnFailed', 'RequestDenied'])(
    'is answered login_required if the provider says %s',
    async (subStatus) => {
      const gone = await away();
      const page = await back(gone, { status: 'Responder', subStatus, sign: 'none' });
      expect(errorIn(page.left)).toBe('login_required');
      // Once: coming back asks nobody anything either.
      const { url } = gone.request;
      expect(url.searchParams.get('RelayState')).not.toBe('');
      const uid = gone.request.relayState.split('.')[0] ?? '';
      const again = await gone.visitor.visit(`${host.issuer}/sign-in/${uid}`);
      expect(again.text).not.toContain('type="password"');
    },
  );

  test('shows nobody a question of ours', async () => {
    const { visitor, request } = await away({ idp_hint: 'linking' });
    const xml = answerTo(
      host,
      request,
      { assertionId: `_${randomUUID()}`, nameId: NAME_ID.replace('ned-1', 'new') },
      'linking',
    );
    const page = await visitor.visit(await bring(host, xml, request.relayState, 'linking'));
    expect(errorIn(page.left)).toBe('login_required');
  });

  test('is answered at once without such a connector', async () => {
    const answers = async (params: Readonly<Record<string, string>>) =>
      errorIn((await new Visitor().visit(asks(params).url)).left);
    expect(await answers({ idp_hint: 'asking' })).toBe('login_required');
    expect(await answers({ idp_hint: 'nobody' })).toBe('login_required');
    expect(await answers({ idp_hint: '' })).toBe('login_required');
    expect(errorIn((await new Visitor().visit(ask(host, app, { scope: 'openid', prompt: 'none' }).url)).left)).toBe(
      'login_required',
    );
  });
});
