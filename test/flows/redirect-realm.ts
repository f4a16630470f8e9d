import { z } from 'zod';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import type { RedirectKind } from '../../src/federation/contract/connector-kind.js';
import type {
  RedirectBegun,
  RedirectConnector,
  RedirectOutcome,
  RedirectRequest,
} from '../../src/federation/contract/redirect-connector.js';
import { clientInput } from '../../src/realm/clients/client-input.js';
import { application } from '../support/application.js';
import type { StoreKind } from '../support/host/temporary-place.js';
import type { InProcessHost, InProcessOptions } from '../support/host/use-in-process-host.js';
import { type Page, unescaped } from '../support/visitor.js';
import { by, ldapRealm } from './ldap-realm.js';

export const UPSTREAM = 'https://upstream.test/authorize';

/** An identity provider that says what a test wants, to whoever redeems a code. What it kept has to come back with the code. */
export class Upstream {
  readonly asked: RedirectRequest[] = [];
  /** How often an answer was redeemed there. */
  redeemed = 0;
  /** What came with the code last. */
  brought = new URLSearchParams();
  /** By code. */
  readonly outcomes = new Map<string, RedirectOutcome>();
  fault: Exclude<RedirectBegun, { readonly kind: 'begun' }> | undefined;
  /** What it answers to refresh tokens; absent: it takes none. */
  refresh: RedirectConnector['refresh'];

  readonly kind: RedirectKind = {
    kind: 'elsewhere',
    signsInBy: 'redirect',
    settings: z.unknown(),
    presets: new Map(),
    create: ({ id }) => ({
      ...{ signsInBy: 'redirect', id },
      begin: async (asked) => {
        if (this.fault) return this.fault;
        this.asked.push(asked);
        return { kind: 'begun', url: `${UPSTREAM}?state=${asked.state}`, kept: `kept for ${asked.state}` };
      },
      complete: async ({ query, state, kept }) => {
        this.redeemed++;
        this.brought = query;
        if (kept !== `kept for ${state}`) return { kind: 'upstream-error', reason: 'other-sign-in' };
        if (query.get('error') !== null) return { kind: 'denied' };
        const outcome = this.outcomes.get(query.get('code') ?? '');
        return outcome ?? { kind: 'upstream-error', reason: 'code-unknown' };
      },
      refresh: async (subject, token) =>
        (await this.refresh?.(subject, token)) ?? { kind: 'misconfigured', reason: 'no-refresh' },
      test: async () => [],
      health: () => ({ state: 'unknown' }),
      close: async () => undefined,
    }),
  };

  /** Somebody signs in there. */
  knows(
    code: string,
    claims: Readonly<Record<string, string>>,
    more: object = {},
    groups: readonly string[] = [],
  ): void {
    const identity = {
      subject: `subject of ${code}`,
      claims: new Map(Object.entries(claims).map(([name, value]) => [name, [value]])),
      groups: groups.map((name) => ({ name })),
    };
    this.outcomes.set(code, { kind: 'ok', identity, ...more });
  }
}

export const redirectRealm = (store: StoreKind, upstream: Upstream): InProcessOptions => ({
  ...ldapRealm(store),
  installation: { connectorKinds: [upstream.kind] },
});

/** A connector to the upstream. */
export async function addRedirect({ parts }: InProcessHost, fields: object): Promise<void> {
  const input = connectorInput.parse({
    kind: 'elsewhere',
    mapping: { profile: [{ field: 'username', from: 'name' }], emailTrust: 'claim' },
    ...fields,
  });
  const saved = await parts.connectors.create(by, input);
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
}

/** The links of the page to other identity providers, by what they say. */
export const linksOf = ({ text, url }: Page): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/<a class="button" href="([^"]*)">([^<]*)<\/a>/g)].map(([, href = '', words = '']) => [
      words,
      new URL(unescaped(href), url).href,
    ]),
  );

export const errorOf = ({ text }: Page): string | undefined => /id="error"[^>]*>([^<]*)</.exec(text)?.[1];

export const asksPassword = ({ text }: Page): boolean => text.includes('type="password"');

/** A role that demands two factors. */
export const OLD_TREASURERS = {
  profile: [{ field: 'username', from: 'name' }],
  groups: [{ exact: 'vault', to: { role: 'treasurer' } }],
};

/** A client that offers these connectors alone. */
export async function addOffering({ parts }: InProcessHost, id: string, connectors: readonly string[]): Promise<void> {
  const fields = { id, name: id, authentication: 'none', firstParty: true, connectors };
  const input = clientInput.parse({ ...fields, redirectUris: [application(id).redirectUri] });
  const saved = await parts.clients.create(by, input);
  if (!saved.ok) throw new Error(JSON.stringify(saved.refusal));
}
