import { auditRecords } from '../../src/audit/audit-record.js';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import type { StoreKind } from '../support/host/temporary-place.js';
import type { InProcessHost, InProcessOptions } from '../support/host/use-in-process-host.js';
import { startUpstream, type Upstream, type UpstreamAccount } from '../support/upstream-op.js';
import { type Page, Visitor } from '../support/visitor.js';
import { by, ldapRealm } from './ldap-realm.js';
import { linksOf } from './redirect-realm.js';

/** The flow tests' realm, in which providers on this machine may be asked. */
export function upstreamRealm(store: StoreKind): InProcessOptions {
  const realm = ldapRealm(store);
  return { ...realm, env: { ...realm.env, GATEHOUSE_OUTGOING_ALLOWED: '127.0.0.1' } };
}

/** A provider whose accounts sign in here by the connector `partner`. */
export async function startPartner(
  host: InProcessHost,
  accounts: Readonly<Record<string, UpstreamAccount>>,
  changes: object = {},
): Promise<Upstream> {
  const upstream = await startUpstream({ accounts, redirectUris: [`${host.issuer}/connector/partner/callback`] });
  const input = connectorInput.parse({
    ...{ id: 'partner', displayName: 'Partner Inc.', kind: 'oidc', secret: upstream.clientSecret },
    connection: { issuer: upstream.issuer, clientId: upstream.clientId },
    mapping: MAPPING,
    ...changes,
  });
  const saved = await host.parts.connectors.create(by, input);
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
  return upstream;
}

export const MAPPING = {
  profile: [
    { field: 'username', from: 'preferred_username' },
    { field: 'email', from: 'email' },
    { field: 'name', from: 'name' },
  ],
  emailTrust: 'claim',
};

/** Signs in at the provider that a page led to, in the browser of the person there, and comes back with the answer. */
export async function atProvider(visitor: Visitor, left: Page, login: string, there = new Visitor()): Promise<Page> {
  const page = await there.visit(left.left ?? 'nowhere:');
  const answered = page.left === undefined ? await there.submit(page, { login, action: 'sign-in' }) : page;
  return visitor.visit(answered.left ?? 'nowhere:');
}

/** Takes the link of the page to the provider, and signs in there. */
export const byLink = async (visitor: Visitor, page: Page, login: string): Promise<Page> =>
  atProvider(visitor, await toProvider(visitor, page), login);

/** Takes the link of the page to the provider. */
export const toProvider = (visitor: Visitor, page: Page): Promise<Page> =>
  visitor.visit(linksOf(page).get('Continue with Partner Inc.') ?? 'nowhere:');

/** What a request to the provider asks for. */
export const askedThere = (left: Page): URLSearchParams => new URL(left.left ?? 'nowhere:').searchParams;

/** The sign-ins that the audit has, latest first: why each failed, if it did, and by which connector. */
export async function signInsAudited({ parts }: InProcessHost) {
  await parts.aggregator.flush();
  const { rows } = await parts.realm.of(auditRecords).find('byKind', { kind: 'sign-in' }, { limit: 100 });
  return rows.map(({ why, details, outcome }) => ({ outcome, why, connector: details?.['connector'] }));
}

/** Everybody whose userstore is the connector. */
export const peopleOfPartner = async ({ parts }: InProcessHost): Promise<readonly string[]> =>
  (await parts.users.listByUserstore('partner', { limit: 100 })).rows.map(({ username }) => username);
