import { pages } from '../../../base/paging.js';
import type { IdentityLink } from '../../../identity/links/identity-link.js';
import type { IdentityLinks } from '../../../identity/links/identity-links.js';
import type { Stored } from '../../../storage/spec.js';

/** The links of one connector, by the subject: read once for each reading, since a call for each person would take too long. */
export async function knownPeople(
  links: Pick<IdentityLinks, 'ofConnector'>,
  connector: string,
): Promise<ReadonlyMap<string, Stored<IdentityLink>>> {
  const known = new Map<string, Stored<IdentityLink>>();
  /** One text for each base, and not one for each person. */
  const bases = new Map<string, string>();
  for await (const page of pages((request) => links.ofConnector(connector, request))) {
    for (const { base, ...link } of page) {
      if (link.issuer !== '') continue;
      if (base !== undefined && !bases.has(base)) bases.set(base, base);
      const shared = base === undefined ? undefined : bases.get(base);
      known.set(link.subject, { ...link, connector, ...(shared !== undefined && { base: shared }) });
    }
  }
  return known;
}
