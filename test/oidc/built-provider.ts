/** A provider as the server builds it, with services that know nobody. */
import type { Provider } from 'oidc-provider';
import { pino } from 'pino';
import type { Pages } from '../../src/pages/pages.js';
import { pairwiseSubjects } from '../../src/oidc/issuance/pairwise-subjects.js';
import { buildProvider, type ProviderParts } from '../../src/oidc/provider.js';
import { PendingRequests } from '../../src/oidc/interactions/pending-requests.js';
import { makeKey } from '../../src/realm/keys/ring-key.js';
import type { SigningKey } from '../../src/realm/keys/ring-key.js';

/** By which it signs its cookies, among others. */
export const SECRET = Buffer.alloc(32, 1).toString('base64url');
const nobody = async () => undefined;

/** Keys for ES256 and RSA. */
async function signingKeys(): Promise<readonly SigningKey[]> {
  const keys = await Promise.all([makeKey('ES256', 0, 0), makeKey('RSA', 0, 0)]);
  return keys.flatMap((key) => (key.algorithm === 'HMAC' ? [] : [key.jwk]));
}

export const builtProvider = async (about: Partial<ProviderParts> = {}): Promise<Provider> =>
  buildProvider({
    issuer: new URL('https://id.example.com'),
    keys: { signing: await signingKeys(), cookies: [SECRET], proofNonces: [SECRET], successors: [SECRET] },
    clients: { get: nobody },
    resourceServers: { get: nobody },
    snapshots: { read: () => Promise.reject(new Error('Nobody asks.')) },
    consents: { get: nobody, use: async () => false },
    attributeClaims: [],
    pairwise: pairwiseSubjects(Buffer.alloc(32)),
    outgoing: () => Promise.reject(new Error('Nothing goes out.')),
    pages: {} as Pages,
    startAgain: nobody,
    redirects: { offered: async () => [], landing: nobody },
    know: () => Promise.reject(new Error('Nobody is known.')),
    recheck: async (_by, user) => ({ kind: 'alive', user }),
    pending: new PendingRequests(),
    auditIssue: async () => undefined,
    log: pino({ level: 'silent' }),
    ...about,
  });
