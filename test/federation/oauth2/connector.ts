import type { ConnectorEvent } from '../../../src/federation/contract/connector-kind.js';
import { connectorAddresses } from '../../../src/federation/connectors/connector-addresses.js';
import { byKind, connectorSettings } from '../../../src/federation/connectors/connector-settings.js';
import type {
  RedirectConnector,
  RedirectOutcome,
  RedirectRequest,
} from '../../../src/federation/contract/redirect-connector.js';
import type { JsonObject } from '../../../src/base/json.js';
import { oauth2Kind } from '../../../src/federation/oidc/oauth2/oauth2-kind.js';
import { oauth2Settings } from '../../../src/federation/oidc/oauth2/oauth2-settings.js';
import { outgoing } from '../../../src/http/outgoing/outgoing.js';
import type { StandIn } from './stand-in.js';

export const CLIENT_ID = 'client-of-gatehouse';
export const SECRET = 'secret-of-the-client';
const ADDRESSES = connectorAddresses(new URL('https://id.example.com'), 'partner');
export const REDIRECT_URI = ADDRESSES.callback;
export const STATE = 'state-that-nobody-can-guess';

export interface Written {
  readonly preset?: string;
  readonly connection?: JsonObject;
  readonly subject?: JsonObject;
  /** Null: none is stored. */
  readonly secret?: string | null;
  readonly claims?: readonly string[];
}

export interface TestConnector extends RedirectConnector {
  /** What it reported for the log. */
  readonly events: readonly ConnectorEvent[];
  /** Every address that it asked, in order. */
  readonly sent: readonly string[];
}

/** A connector with these settings, which sends its requests as the product does. Addresses of the Internet lead to the stand-in. */
export function connectorTo(standIn: Pick<StandIn, 'url'>, written: Written): TestConnector {
  const events: ConnectorEvent[] = [];
  const sent: string[] = [];
  const send = outgoing({ allowed: ['127.0.0.1'] });
  const { preset, connection, subject = {}, secret = SECRET, claims } = written;
  const read = connectorSettings(byKind([oauth2Kind]), {
    ...{ kind: 'oauth2', connection: { clientId: CLIENT_ID, ...connection }, subject },
    ...(preset !== undefined && { preset }),
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const connector = oauth2Kind.create({
    ...{ id: 'partner', addresses: ADDRESSES, settings: oauth2Settings.parse(read.value) },
    ...(secret !== null && { secret }),
    ...(claims && { claims }),
    report: (event) => events.push(event),
    fetch: (url, request) => {
      sent.push(url);
      return send(url.replace(/^https:\//, standIn.url), request);
    },
  });
  return { ...connector, events, sent };
}

/** Where the browser was sent, for one sign-in. */
export async function begun(connector: RedirectConnector, request: Partial<RedirectRequest> = {}) {
  const outcome = await connector.begin({ state: STATE, ...request });
  if (outcome.kind !== 'begun') throw new Error(outcome.reason);
  return { url: new URL(outcome.url), kept: outcome.kept };
}

/** Begins a sign-in and completes it with this answer of the browser. */
export async function signIn(
  connector: RedirectConnector,
  answer: Readonly<Record<string, string>> = { code: 'the-code' },
): Promise<RedirectOutcome> {
  const { kept } = await begun(connector);
  const query = new URLSearchParams({ state: STATE, ...answer });
  return connector.complete({ state: STATE, kept, query });
}

/** An outcome in one line: `ok`, `denied`, or the kind of a fault and its reason. */
export const short = (outcome: RedirectOutcome): string =>
  'reason' in outcome ? `${outcome.kind}: ${outcome.reason}` : outcome.kind;

/** Who signed in. @throws unless somebody did */
export function personOf(outcome: RedirectOutcome) {
  if (outcome.kind !== 'ok') throw new Error(short(outcome));
  const { subject, claims, groups } = outcome.identity;
  return { subject, groups, claims: Object.fromEntries([...claims].map(([name, values]) => [name, values.join(' ')])) };
}
