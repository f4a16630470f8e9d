/** A university whose people sign in by SAML, as browser tests have it. */
import type { Page } from 'playwright-core';
import type { ServiceProvider } from '../../examples/federation/saml-provider.ts';
import { connectorAddresses } from '../../src/federation/connectors/connector-addresses.js';
import { connectorInput } from '../../src/federation/connectors/connector-input.js';
import { by } from '../flows/ldap-realm.js';
import { made } from '../identity/identity-store.js';
import type { InProcessHost } from '../support/host/use-in-process-host.js';
import { SAML_PASSWORD, type SimpleSamlPhp, startSimpleSamlPhp } from '../support/simplesamlphp.js';

/** Gatehouse may ask a provider on this machine. */
export const OUTGOING = { GATEHOUSE_OUTGOING_ALLOWED: 'localhost,127.0.0.1,::1' };

export const startUniversity = (...logins: readonly string[]): Promise<SimpleSamlPhp> =>
  startSimpleSamlPhp(
    logins.map((login) => ({
      login,
      attributes: {
        uid: [login],
        mail: [`${login}@uni.test`],
        displayName: [`${login} of the university`],
        groups: ['staff'],
      },
    })),
  );

/** Adds a connector with the rules of its preset. */
export async function addUniversity(
  { parts }: Pick<InProcessHost, 'parts'>,
  { entityId: idpEntityId, metadata }: SimpleSamlPhp,
  { id, connection, ...changes }: { readonly id: string; readonly connection: object; readonly linking?: string },
): Promise<void> {
  const input = connectorInput.parse({
    ...{ id, displayName: `University ${id}`, kind: 'saml', preset: 'simplesamlphp' },
    connection: { idpEntityId, metadata, ...connection },
    subject: { groups: 'groups' },
    mapping: { groups: [{ exact: 'staff', to: { role: 'seller' } }] },
    ...changes,
  });
  made(await parts.connectors.create(by, input));
}

/** What a connector says of itself now. */
export async function ourMetadata({ issuer }: Pick<InProcessHost, 'issuer'>, id: string): Promise<ServiceProvider> {
  const response = await fetch(connectorAddresses(new URL(issuer), id).description);
  return { metadata: await response.text() };
}

/** Types the password at the university. */
export async function signInThere(page: Page, login: string): Promise<void> {
  await page.locator('#username').fill(login);
  await page.locator('#password').fill(SAML_PASSWORD);
  await page.locator('#submit_button, button[type=submit], #regularsubmit button').first().click();
}
