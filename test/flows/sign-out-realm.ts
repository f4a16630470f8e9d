import { afterAll, beforeAll } from '@jest/globals';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { application, type Application, ask, codeOf, exchange } from '../support/application.js';
import type { StoreKind } from '../support/host/temporary-place.js';
import { type InProcessHost, useInProcessHost } from '../support/host/use-in-process-host.js';
import { startUpstream, type Upstream, type UpstreamOptions } from '../support/upstream-op.js';
import { type Page, Visitor } from '../support/visitor.js';
import { by, ldapRealm } from './ldap-realm.js';
import { linksOf } from './redirect-realm.js';

export const shop = application('shop');
/** Its tokens outlive the session. */
export const desk = application('desk');
export const BYE = 'https://shop.test/bye';

export interface UpstreamRealm {
  readonly host: InProcessHost;
  readonly upstream: Upstream;
  /** Signs this login in at the upstream, and then to the application. */
  signIn(login: string, options?: SignInOptions): Promise<SignedIn>;
  /** The person signs out there, in the browser of a sign-in. Gatehouse has been told when it returns. */
  signOutThere(visitor: Visitor): Promise<void>;
}

interface SignInOptions {
  readonly visitor?: Visitor;
  readonly at?: Application;
  readonly params?: Readonly<Record<string, string>>;
}

export interface SignedIn {
  readonly visitor: Visitor;
  readonly tokens: Awaited<ReturnType<typeof exchange>>['body'];
}

interface UpstreamRealmOptions {
  /** More settings of the connection, or other ones. */
  readonly connection?: object;
  readonly provider?: UpstreamOptions;
  /** Below it the applications are told of logouts. Absent: they are not, and background work stands still. */
  readonly backchannel?: () => string;
}

/** A Gatehouse with the connector `partner` to a real provider, which tells it of sign-outs. */
export function useUpstreamRealm(
  store: StoreKind,
  { connection = {}, provider, backchannel }: UpstreamRealmOptions = {},
): UpstreamRealm {
  const realm = ldapRealm(store);
  const env = { ...realm.env, GATEHOUSE_OUTGOING_ALLOWED: '127.0.0.1' };
  const host = useInProcessHost({ ...realm, env, background: backchannel !== undefined });
  let upstream: Upstream | undefined;
  const started = (): Upstream => {
    if (!upstream) throw new Error('The upstream has not started.');
    return upstream;
  };

  beforeAll(async () => {
    upstream = await startUpstream({ redirectUris: [`${host.issuer}/connector/partner/callback`], ...provider });
    await upstream.setLogout(registered(host));
    const partner = connectorInput.parse({
      ...{ id: 'partner', displayName: 'Partner Inc.', kind: 'oidc', secret: upstream.clientSecret },
      connection: { issuer: upstream.issuer, clientId: upstream.clientId, ...connection },
      mapping: { profile: [{ field: 'username', from: 'preferred_username' }], emailTrust: 'never' },
    });
    succeeded(await host.parts.connectors.create(by, partner));
    for (const { id, redirectUri } of [shop, desk]) {
      const client = clientInput.parse({
        ...{ id, name: id, authentication: 'none', firstParty: true, redirectUris: [redirectUri] },
        ...{ scopes: ['openid', 'offline_access'], postLogoutRedirectUris: [`https://${id}.test/bye`] },
        offlineAccess: id === desk.id,
        ...(backchannel && { backchannelLogoutUri: `${backchannel()}/${id}` }),
      });
      succeeded(await host.parts.clients.create(by, client));
    }
  });
  afterAll(() => upstream?.stop());

  return {
    host,
    get upstream() {
      return started();
    },
    async signIn(login, { visitor = new Visitor(), at = shop, params = {} } = {}) {
      const asked = ask(host, at, params);
      const first = await visitor.visit(asked.url);
      const page = first.left === undefined ? await throughUpstream(visitor, first, login) : first;
      const { status, body } = await exchange(host, asked, codeOf(page));
      if (status !== 200) throw new Error(JSON.stringify(body));
      return { visitor, tokens: body };
    },
    async signOutThere(visitor) {
      const page = await visitor.visit(`${started().issuer}/session/end`);
      await visitor.submit(page, { logout: 'yes' });
    },
  };
}

/** What an administrator registers there. */
export const registered = ({ issuer }: Pick<InProcessHost, 'issuer'>) => ({
  backchannelUri: `${issuer}/connector/partner/backchannel-logout`,
  returnTo: [`${issuer}/connector/partner/signed-out`],
});

export function succeeded(saved: { readonly ok: boolean }): void {
  if (!saved.ok) throw new Error(JSON.stringify(saved));
}

/** From a page of ours to the upstream, through its form where it has one, and back to the application. */
export async function throughUpstream(visitor: Visitor, page: Page, login: string): Promise<Page> {
  const left = await visitor.visit(linksOf(page).get('Continue with Partner Inc.') ?? 'nowhere:');
  const there = await visitor.visit(left.left ?? 'nowhere:');
  const back =
    there.heading === 'Upstream sign-in'
      ? await visitor.visit(there.url, { method: 'POST', body: new URLSearchParams({ login, action: 'sign-in' }) })
      : there;
  return visitor.visit(back.left ?? 'nowhere:');
}
