import type { ConnectorKind } from '../../src/federation/contract/connector-kind.js';
import type { PeoplePage, TakePage, UpstreamReader } from '../../src/federation/contract/upstream-reader.js';
import { ldapKind } from '../../src/federation/ldap/ldap-kind.js';
import type { LdapSettings } from '../../src/federation/ldap/ldap-settings.js';

/** A moment of a run: the first reading only compares, and the second one writes. Both count from 1. */
export interface PageMoment {
  readonly reading: number;
  readonly page: number;
  /** The page was read, and `taken`: what it brings was compared or written. */
  readonly at: 'read' | 'taken';
}

/** The kind `ldap`, whose readings tell a test at each page. */
export function watchedLdap() {
  let onPage: (moment: PageMoment) => Promise<void> | void = () => undefined;
  let readings = 0;

  const watched = (take: TakePage): TakePage => {
    const reading = ++readings;
    let page = 0;
    return async (people: PeoplePage) => {
      page++;
      await onPage({ reading, page, at: 'read' });
      await take(people);
      await onPage({ reading, page, at: 'taken' });
    };
  };
  const watchedReader = (reader: UpstreamReader): UpstreamReader => ({
    ...reader,
    all: (take) => reader.all(watched(take)),
    changed: (since, take) => reader.changed(since, watched(take)),
  });
  const kind: ConnectorKind<LdapSettings> = {
    ...ldapKind,
    create(parts) {
      const { reader, ...connector } = ldapKind.create(parts);
      return { ...connector, ...(reader && { reader: watchedReader(reader) }) };
    },
  };
  return {
    kind,
    /** Does this at each page while the work is done, in which the readings count anew. */
    async during<T>(onEach: typeof onPage, work: () => Promise<T>): Promise<T> {
      [onPage, readings] = [onEach, 0];
      try {
        return await work();
      } finally {
        onPage = () => undefined;
      }
    },
  };
}
