import type { PasswordKind } from '../../src/federation/contract/connector-kind.js';
import type { UpstreamReader } from '../../src/federation/contract/upstream-reader.js';
import { ldapKind } from '../../src/federation/ldap/ldap-kind.js';
import type { LdapSettings } from '../../src/federation/ldap/ldap-settings.js';

/** A moment of a run: the first reading only compares, and the second one writes. All count from 1. */
export interface PageMoment {
  /** A run over changes reads the ids of everybody after the people who changed. */
  readonly of: 'people' | 'ids';
  readonly reading: number;
  readonly page: number;
  /** The page was read, and `taken`: what it brings was compared or written. */
  readonly at: 'read' | 'taken';
}

/** The kind `ldap`, whose readings tell a test at each page. */
export function watchedLdap() {
  let onPage: (moment: PageMoment) => Promise<void> | void = () => undefined;
  const readings = { people: 0, ids: 0 };

  const watched = <Page>(
    of: PageMoment['of'],
    take: (page: Page) => Promise<void>,
  ): ((page: Page) => Promise<void>) => {
    const reading = ++readings[of];
    let page = 0;
    return async (read) => {
      page++;
      await onPage({ of, reading, page, at: 'read' });
      await take(read);
      await onPage({ of, reading, page, at: 'taken' });
    };
  };
  const watchedReader = (reader: UpstreamReader): UpstreamReader => {
    const subjects = reader.subjects?.bind(reader);
    return {
      ...reader,
      all: (take) => reader.all(watched('people', take)),
      changed: (since, take, markOf) => reader.changed(since, watched('people', take), markOf),
      ...(subjects && { subjects: (take) => subjects(watched('ids', take)) }),
    };
  };
  const kind: PasswordKind<LdapSettings> = {
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
      onPage = onEach;
      Object.assign(readings, { people: 0, ids: 0 });
      try {
        return await work();
      } finally {
        onPage = () => undefined;
      }
    },
  };
}
