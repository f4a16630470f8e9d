import { entryBytes, startOddLdap } from '../../test/support/odd-ldap.ts';
import { PEOPLE, SERVICE, startSlapd } from '../../test/support/slapd.ts';

/** The directory of a run. */
export interface BenchDirectory {
  /** Where it is, for its connector. */
  readonly connection: object;
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** How it gives no answer that can be used. */
export const DIRECTORIES = ['stopped', 'large', 'stalled'] as const;
export type DirectoryName = (typeof DIRECTORIES)[number];

/** Below the limit of an answer, and above it. */
const STALLED = 4_900_000;
const LARGE = 10_000_000;

export function startDirectory(name: DirectoryName, people: number): Promise<BenchDirectory> {
  switch (name) {
    case 'stopped':
      return openLdap(people);
    case 'large':
      return ofMegabytes(LARGE, LARGE);
    case 'stalled':
      return ofMegabytes(STALLED + 1000, STALLED);
  }
}

/** The connector to it. The whole crowd may wait at once. */
export const connectorTo = ({ connection }: BenchDirectory, seconds: number): object => ({
  id: 'corp',
  displayName: 'Corp',
  kind: 'ldap',
  preset: 'generic',
  connection: {
    ...connection,
    ...{ bindDn: SERVICE.dn, poolSize: 16, timeout: seconds * 1000, connectTimeout: seconds * 1000 },
  },
  subject: { base: PEOPLE },
  secret: '${DIRECTORY_PASSWORD}',
  mapping: { profile: [{ field: 'username', from: 'uid' }] },
});

/** OpenLDAP. Paused, it is stopped by a signal: it accepts connections, and answers nothing. */
async function openLdap(people: number): Promise<BenchDirectory> {
  const slapd = await startSlapd({ people });
  return {
    connection: { servers: [slapd.secureUrl], ca: slapd.ca },
    pause: () => slapd.pause(),
    resume: () => slapd.resume(),
    stop: () => slapd.stop(),
  };
}

/** Answers each search with one attribute of so many bytes, of which it sends a part. */
async function ofMegabytes(announced: number, sent: number): Promise<BenchDirectory> {
  const value = Buffer.alloc(announced, 'x');
  // By the number of the request, of which a connection has few.
  const answers = new Map<number, Buffer>();
  const answerTo = (id: number): Buffer => {
    const known = answers.get(id) ?? entryBytes(id, `uid=p0,${PEOPLE}`, [['entryUUID', value]]).subarray(0, sent);
    answers.set(id, known);
    return known;
  };
  const odd = await startOddLdap(({ operation, id }, reply) =>
    operation === 'search' ? reply.raw(answerTo(id)) : reply.result(0),
  );
  const nothing = (): void => undefined;
  return { connection: { servers: [odd.url] }, pause: nothing, resume: nothing, stop: () => odd.stop() };
}
