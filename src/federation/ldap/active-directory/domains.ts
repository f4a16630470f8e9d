import { type Dn, isWithin, parseDn } from '../../../base/text/distinguished-name.js';
import type { LdapEntry } from '../connection/answers.js';
import type { Directory } from '../connection/directory.js';
import type { SearchRequest } from '../connection/ldap-connection.js';
import { entryValues } from '../entry-claims.js';
import { failureFault, type LdapFault, searchFault } from '../faults.js';
import { allOf, equals, isPresent } from '../names/filters.js';

/** `name`: its NetBIOS name, as in `AD\anna`. `context`: what it holds. */
export interface ForestDomain {
  readonly name: string;
  readonly context: Dn;
}

export type DomainsRead =
  | { readonly kind: 'domains'; readonly domains: readonly ForestDomain[] }
  | { readonly kind: 'fault'; readonly fault: LdapFault };

/** The domain of an entry. A domain below another one is within both. */
export const domainOf = (domains: readonly ForestDomain[], dn: Dn): ForestDomain | undefined =>
  domains
    .filter(({ context }) => isWithin(dn, context))
    .toSorted((a, b) => b.context.rdns.length - a.context.rdns.length)[0];

/** The domains of the forest. They are read when a name needs them, and once. */
export class Domains {
  readonly #directory: Pick<Directory, 'search'>;
  #reading: Promise<DomainsRead> | undefined;

  constructor(directory: Pick<Directory, 'search'>) {
    this.#directory = directory;
  }

  async read(): Promise<DomainsRead> {
    this.#reading ??= this.#read();
    const found = await this.#reading;
    if (found.kind === 'fault') this.#reading = undefined;
    return found;
  }

  async #read(): Promise<DomainsRead> {
    const attributes = ['configurationNamingContext'];
    const root = await this.#entries({ base: '', scope: 'base', filter: isPresent('objectClass'), attributes });
    if (root.kind === 'fault') return root;
    const [configuration] = root.entries.flatMap((entry) => entryValues(entry, 'configurationNamingContext'));
    if (configuration === undefined) return NO_DOMAIN;
    const found = await this.#entries({
      base: `CN=Partitions,${configuration}`,
      scope: 'one',
      filter: allOf(equals('objectClass', 'crossRef'), isPresent('nETBIOSName')),
      attributes: ['nCName', 'nETBIOSName'],
    });
    if (found.kind === 'fault') return found;
    const domains = found.entries.flatMap((entry) => {
      const context = parseDn(entryValues(entry, 'nCName')[0] ?? '');
      const [name] = entryValues(entry, 'nETBIOSName');
      return context && name !== undefined ? [{ name, context }] : [];
    });
    return domains.length > 0 ? { kind: 'domains', domains } : NO_DOMAIN;
  }

  async #entries(
    request: SearchRequest,
  ): Promise<
    | { readonly kind: 'entries'; readonly entries: readonly LdapEntry[] }
    | { readonly kind: 'fault'; readonly fault: LdapFault }
  > {
    const answer = await this.#directory.search(request);
    if (!answer.ok) return { kind: 'fault', fault: failureFault(answer.failure) };
    const fault = searchFault(answer.value.code, answer.value.referrals);
    return fault ? { kind: 'fault', fault } : { kind: 'entries', entries: answer.value.entries };
  }
}

const NO_DOMAIN = { kind: 'fault', fault: { kind: 'misconfigured', reason: 'no-domain-name' } } as const;
