import { inflateRawSync } from 'node:zlib';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import { pemOf, rsaKeys } from '../federation/saml/stand-in/keys.js';
import { posted, response, type Written } from '../federation/saml/stand-in/response.js';
import { made } from '../identity/identity-store.js';
import { application, ask, claimsOf, codeOf, exchange } from '../support/application.js';
import type { InProcessHost } from '../support/host/use-in-process-host.js';
import { type Page, Visitor } from '../support/visitor.js';
import { by } from './ldap-realm.js';
import { linksOf } from './redirect-realm.js';

export const IDP = 'https://idp.partner.test/metadata';
export const SSO = 'https://idp.partner.test/sso';
export const SLO = 'https://idp.partner.test/slo';

/** A connector to a SAML identity provider whose answers a test writes. */
export async function addSaml({ parts }: InProcessHost, fields: SamlFields = {}): Promise<void> {
  const { connection, subject, ...others } = fields;
  const input = connectorInput.parse({
    ...{ id: 'partner', displayName: 'Partner Inc.', kind: 'saml' },
    connection: {
      ...{ idpEntityId: IDP, ssoUrl: SSO, sloUrl: SLO, certificates: [pemOf(rsaKeys().certificate)] },
      ...connection,
    },
    subject: { ...subject },
    mapping: {
      profile: [
        { field: 'username', from: 'nameId' },
        { field: 'email', from: 'mail' },
      ],
      groups: [{ exact: 'sales', to: { role: 'seller' } }],
    },
    ...others,
  });
  made(await parts.connectors.create(by, input));
}

export type SamlFields = { readonly connection?: object; readonly subject?: object } & Readonly<
  Record<string, unknown>
>;

/** A sign-in that has left for the provider. */
export interface AwaySignIn {
  readonly visitor: Visitor;
  readonly asked: ReturnType<typeof ask>;
  readonly request: SentRequest;
}

export interface SentRequest {
  readonly id: string;
  readonly relayState: string;
  readonly xml: string;
  readonly url: URL;
}

/** What a browser took along to the provider by an address. */
export function sentRequest(url: URL): SentRequest {
  const xml = inflateRawSync(Buffer.from(url.searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
  return { id: / ID="([^"]*)"/.exec(xml)?.[1] ?? '', relayState: url.searchParams.get('RelayState') ?? '', xml, url };
}

const app = application('public');
const ORDERS = { resource: 'https://orders.test', scope: 'openid email orders:write' };

export async function goneTo(
  host: InProcessHost,
  params: Readonly<Record<string, string>> = ORDERS,
  { visitor = new Visitor(), words = 'Continue with Partner Inc.' } = {},
): Promise<AwaySignIn> {
  const asked = ask(host, app, params);
  const page = await visitor.visit(asked.url);
  const left = await visitor.visit(linksOf(page).get(words) ?? 'nowhere:');
  return { visitor, asked, request: sentRequest(left.url) };
}

export const acsOf = ({ issuer }: Pick<InProcessHost, 'issuer'>, connector = 'partner'): string =>
  `${issuer}/connector/${connector}/callback`;

/** The response of the provider to this request, for this connector of the host. */
export const answerTo = (
  host: InProcessHost,
  { id }: Pick<SentRequest, 'id'>,
  written: Written = {},
  connector = 'partner',
): string =>
  response({
    ...{ issuer: IDP, assertionIssuer: IDP, inResponseTo: id, destination: acsOf(host, connector) },
    ...{
      audience: `${host.issuer}/connector/${connector}/metadata`,
      recipient: acsOf(host, connector),
      assertionId: `_a${id.slice(1, 20)}`,
    },
    ...written,
  });

/** Brings a response as browsers do: by a form of another site, so without a cookie. @returns where it leads */
export async function bring(
  host: InProcessHost,
  xml: string,
  relayState: string,
  connector = 'partner',
): Promise<string> {
  const body = new URLSearchParams({ SAMLResponse: posted(xml), RelayState: relayState });
  const answered = await new Visitor().request(acsOf(host, connector), { method: 'POST', body });
  const location = answered.headers.get('location');
  return location === null ? `${answered.status}` : new URL(location, host.issuer).href;
}

/** To the provider, where somebody signs in, and back. */
export async function signInBySaml(host: InProcessHost, written: Written = {}, away?: AwaySignIn) {
  const { visitor, asked, request } = away ?? (await goneTo(host));
  const page = await visitor.visit(await bring(host, answerTo(host, request, written), request.relayState));
  return { visitor, asked, request, page };
}

export async function tokensAfter(host: InProcessHost, { asked, page }: { asked: ReturnType<typeof ask>; page: Page }) {
  const { body } = await exchange(host, asked, codeOf(page));
  return { body, claims: claimsOf(body.id_token) };
}
