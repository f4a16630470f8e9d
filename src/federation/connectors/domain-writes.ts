import { insert, remove, type Write } from '../../storage/write.js';
import { connectorDomains, type MailDomain } from './connector.js';

/** The writes by which a connector has other domains than before. Each is refused if another connector has it. */
export function domainWrites(connector: string, before: readonly MailDomain[], after: readonly MailDomain[]): Write[] {
  const has = (domains: readonly MailDomain[], name: string) => domains.some((domain) => domain.name === name);
  return [
    ...before.flatMap(({ name }) =>
      has(after, name) ? [] : [remove(connectorDomains, name, { connector: { is: connector } })],
    ),
    ...after.flatMap(({ name }) => (has(before, name) ? [] : [insert(connectorDomains, { id: name, connector })])),
  ];
}
