import type { z } from 'zod';
import type { ConnectorEvent, UpstreamConnector } from '../../../src/federation/contract/connector-kind.js';
import { ldapKind } from '../../../src/federation/ldap/ldap-kind.js';
import type { ldapSettings } from '../../../src/federation/ldap/ldap-settings.js';
import { GROUPS, PEOPLE, SERVICE, type Slapd } from '../../support/slapd.js';

type Written = z.input<typeof ldapSettings>;

export interface TestConnector extends UpstreamConnector {
  /** What it reported for the log. */
  readonly events: readonly ConnectorEvent[];
  /** With nothing known of the person. */
  signIn(name: string, password: string): ReturnType<UpstreamConnector['authenticate']>;
}

export interface Changes {
  readonly connection?: Partial<Written['connection']>;
  readonly subject?: Partial<Written['subject']>;
  readonly secret?: string;
  readonly formerId?: string;
}

/** A connector to these servers, with the service account unless the changes say otherwise. */
export function connectorTo(servers: readonly string[], changes: Changes = {}): TestConnector {
  const events: ConnectorEvent[] = [];
  const isOther = changes.connection?.anonymous === true || changes.subject?.bindTemplate !== undefined;
  const connector = ldapKind.create({
    id: 'corp',
    settings: ldapKind.settings.parse({
      connection: { servers, ...(!isOther && { bindDn: SERVICE.dn }), ...changes.connection },
      subject: { base: PEOPLE, ...changes.subject },
    }),
    secret: changes.secret ?? SERVICE.password,
    ...(changes.formerId !== undefined && { formerId: changes.formerId }),
    report: (event) => events.push(event),
  });
  return {
    ...connector,
    events,
    signIn: (name, password) =>
      connector.authenticate({ name, password }, { user: async () => undefined, mayGuess: async () => true }),
  };
}

/** To one slapd by TLS. */
export const connectorToSlapd = (slapd: Slapd, changes: Changes = {}): TestConnector =>
  connectorTo([slapd.secureUrl], { ...changes, connection: { ca: slapd.ca, ...changes.connection } });

/** Groups found by a search below the usual place. */
export const bySearch = { from: 'search', base: GROUPS, filter: '(objectClass=groupOfNames)' } as const;
