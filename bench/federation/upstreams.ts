import { startLyingProvider } from '../../test/federation/oidc/lying-provider.ts';
import { entryBytes, startOddLdap } from '../../test/support/odd-ldap.ts';
import { PASSWORD, PEOPLE, SERVICE, startSlapd } from '../../test/support/slapd.ts';
import { type Crowd, openCrowd, openCrowdElsewhere } from './crowd.ts';

/** Where the crowd of a run lives. */
export interface BenchUpstream {
  /** The connector to it. The whole crowd may wait at once. @param seconds how long for each */
  connector(seconds: number): object;
  /** People with their last step before it is asked. */
  crowd(issuer: string, people: number): Promise<Crowd>;
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** How it gives no answer that can be used. */
export const UPSTREAMS = ['stopped', 'large', 'stalled', 'provider'] as const;
export type UpstreamName = (typeof UPSTREAMS)[number];

/** Below the limit of an answer, and above it. */
const STALLED = 4_900_000;
const LARGE = 10_000_000;

export function startUpstream(name: UpstreamName, people: number): Promise<BenchUpstream> {
  switch (name) {
    case 'stopped':
      return openLdap(people);
    case 'large':
      return ofMegabytes(LARGE, LARGE);
    case 'stalled':
      return ofMegabytes(STALLED + 1000, STALLED);
    case 'provider':
      return openProvider();
  }
}

const directory = (connection: object): Pick<BenchUpstream, 'connector' | 'crowd'> => ({
  crowd: (issuer, people) => openCrowd(issuer, people, PASSWORD),
  connector: (seconds) => ({
    id: 'corp',
    displayName: 'Corp',
    kind: 'ldap',
    preset: 'generic',
    connection: {
      ...connection,
      ...{ bindDn: SERVICE.dn, poolSize: 16, timeout: seconds * 1000, connectTimeout: seconds * 1000 },
    },
    subject: { base: PEOPLE },
    secret: '${UPSTREAM_SECRET}',
    mapping: { profile: [{ field: 'username', from: 'uid' }] },
  }),
});

/** An OpenID provider, whose token endpoint is silent when it is paused. Everybody who comes is the same person. */
async function openProvider(): Promise<BenchUpstream> {
  const provider = await startLyingProvider();
  return {
    crowd: (issuer, people) => openCrowdElsewhere(issuer, people, provider),
    connector: (seconds) => ({
      ...{ id: 'corp', displayName: 'Corp', kind: 'oidc', secret: '${UPSTREAM_SECRET}' },
      connection: { issuer: provider.issuer, clientId: provider.clientId, timeout: seconds * 1000 },
      mapping: { profile: [{ field: 'username', from: 'sub' }] },
    }),
    pause: () => void (provider.lies.reply.token = () => ({ isSilent: true })),
    resume: () => provider.tellsTheTruth(),
    stop: () => provider.pause(),
  };
}

/** OpenLDAP. Paused, it is stopped by a signal: it accepts connections, and answers nothing. */
async function openLdap(people: number): Promise<BenchUpstream> {
  const slapd = await startSlapd({ people });
  return {
    ...directory({ servers: [slapd.secureUrl], ca: slapd.ca }),
    pause: () => slapd.pause(),
    resume: () => slapd.resume(),
    stop: () => slapd.stop(),
  };
}

/** Answers each search with one attribute of so many bytes, of which it sends a part. */
async function ofMegabytes(announced: number, sent: number): Promise<BenchUpstream> {
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
  return { ...directory({ servers: [odd.url] }), pause: nothing, resume: nothing, stop: () => odd.stop() };
}
