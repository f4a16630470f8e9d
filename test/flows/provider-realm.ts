import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import type { LyingProvider } from '../federation/oidc/lying-provider.js';
import { made } from '../identity/identity-store.js';
import type { InProcessHost } from '../support/host/use-in-process-host.js';
import type { Page, Visitor } from '../support/visitor.js';
import { by } from './ldap-realm.js';
import { linksOf } from './redirect-realm.js';

/** What a host needs to send requests to a provider on this machine. */
export const REACHING_LOOPBACK = { GATEHOUSE_OUTGOING_ALLOWED: '127.0.0.1' };

/** A connector to a provider that does what the test tells it to. */
export async function addProvider({ parts }: InProcessHost, provider: LyingProvider): Promise<void> {
  const input = connectorInput.parse({
    ...{ id: 'partner', displayName: 'Partner Inc.', kind: 'oidc', secret: provider.clientSecret },
    connection: { issuer: provider.issuer, clientId: provider.clientId, timeout: 30_000 },
    mapping: {
      profile: [
        { field: 'username', from: 'sub' },
        { field: 'email', from: 'email' },
      ],
      groups: [{ exact: 'sales', to: { role: 'seller' } }],
      emailTrust: 'claim',
    },
    subject: { groups: 'groups' },
  });
  made(await parts.connectors.create(by, input));
}

/** From a sign-in page to the provider and back. */
export async function signInElsewhere(
  { issuer }: Pick<InProcessHost, 'issuer'>,
  provider: LyingProvider,
  visitor: Visitor,
  page: Page,
): Promise<Page> {
  const left = await visitor.visit(linksOf(page).get('Continue with Partner Inc.') ?? 'nowhere:');
  const query = await provider.browser(left.url.href);
  return visitor.visit(`${issuer}/connector/partner/callback?${query.toString()}`);
}
