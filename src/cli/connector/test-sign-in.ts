import type { Parts } from '../../app/parts.js';
import { GatehouseError } from '../../base/errors.js';
import { moment } from '../../base/text/moment.js';
import type { Actor } from '../../changes/actor.js';
import type { ConnectorView } from '../../federation/connectors/connector-service.js';
import { issueTestTicket } from '../../federation/test-sign-in/test-ticket.js';
import { connectorAddresses } from '../../federation/connectors/connector-addresses.js';
import { testLink } from '../../sign-in/connector-test/test-address.js';
import { printJson } from '../manage/output.js';
import type { Output } from '../output/output.js';
import { withOpened } from './open-connector.js';

export type TestSignInParts = Pick<Parts, 'box' | 'realm' | 'config' | 'connectors'>;

/** Prints a link that begins a test in a browser. @throws GatehouseError `bad-configuration` if the connector does not redirect */
export async function testSignIn(
  by: Actor,
  connector: ConnectorView,
  json: boolean,
  parts: TestSignInParts,
  out: Output,
): Promise<void> {
  const { id } = connector;
  await withOpened(parts.connectors, connector, async ({ signsInBy }) => {
    if (signsInBy === 'redirect') return;
    const said = `Connector ${id} asks for passwords, so there is nothing to open in a browser: \`gatehouse connector test ${id} USER\`.`;
    throw new GatehouseError('bad-configuration', said);
  });
  const { ticket, expiresAt } = issueTestTicket(parts, by, id);
  const issuer = new URL(parts.config.issuer);
  const link = testLink(issuer, id, ticket);
  if (json) printJson({ link, expiresAt: new Date(expiresAt).toISOString() }, out);
  else
    for (const line of [
      link,
      '',
      `Open it in a browser within 10 minutes (until ${moment(expiresAt)}), and sign in there. It works once.`,
      'The page shows each step, what the provider tells, and what a sign-in would do. Nobody is signed in here, and nothing is changed.',
      `The provider has to know the redirect URI ${connectorAddresses(issuer, id).callback}.`,
    ])
      out.line(line);
}
