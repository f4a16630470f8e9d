import type { z } from 'zod';
import type { ConnectorEvent } from '../../../src/federation/contract/connector-kind.js';
import type {
  RedirectConnector,
  RedirectOutcome,
  RedirectRequest,
} from '../../../src/federation/contract/redirect-connector.js';
import { connectorAddresses } from '../../../src/federation/connectors/connector-addresses.js';
import { oidcKind } from '../../../src/federation/oidc/oidc-kind.js';
import type { oidcSettings } from '../../../src/federation/oidc/settings/oidc-settings.js';
import { outgoing } from '../../../src/http/outgoing/outgoing.js';

type Written = z.input<typeof oidcSettings>;

/** Where these connectors are. */
export const ADDRESSES = connectorAddresses(new URL('http://127.0.0.1:9/federation'), 'partner');
export const REDIRECT_URI = ADDRESSES.callback;
export const STATE = 'state-that-nobody-can-guess';

export interface Changes {
  readonly connection?: Partial<Written['connection']>;
  readonly subject?: Written['subject'];
  /** Null: none is stored. */
  readonly secret?: string | null;
  readonly claims?: readonly string[];
  readonly allowed?: readonly string[];
}

export interface TestConnector extends RedirectConnector {
  /** What it reported for the log. */
  readonly events: readonly ConnectorEvent[];
  /** How many requests it sent, by address without a query. */
  readonly sent: readonly string[];
}

interface Upstream {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A connector to this provider, which sends its requests as the product does. */
export function connectorTo({ issuer, clientId, clientSecret }: Upstream, changes: Changes = {}): TestConnector {
  const events: ConnectorEvent[] = [];
  const sent: string[] = [];
  const send = outgoing({ allowed: changes.allowed ?? ['127.0.0.1'] });
  const secret = changes.secret === undefined ? clientSecret : changes.secret;
  const connector = oidcKind.create({
    ...{ id: 'partner', addresses: ADDRESSES },
    settings: oidcKind.settings.parse({
      connection: { issuer, clientId, ...changes.connection },
      subject: { ...changes.subject },
    }),
    ...(secret !== null && { secret }),
    ...(changes.claims && { claims: changes.claims }),
    report: (event) => events.push(event),
    fetch: (url, request) => {
      sent.push(url.replace(issuer, ''));
      return send(url, request);
    },
  });
  return { ...connector, events, sent };
}

/** Begins a sign-in, goes where `browser` leads with it, and completes with the answer. */
export async function signIn(
  connector: RedirectConnector,
  browser: (url: string) => Promise<URLSearchParams>,
  request: Partial<RedirectRequest> = {},
): Promise<RedirectOutcome> {
  const begun = await connector.begin({ state: STATE, ...request });
  if (begun.kind !== 'begun') return begun;
  const query = await browser(begun.url);
  return connector.complete({ state: STATE, kept: begun.kept, query });
}
