import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { beyondStoreTime } from '../../storage/deadlines/store-time.js';
import { PRIMARY_STORE } from '../identifiers/identifier.js';
import type { PasswordHasher } from '../password-hashing/password-hasher.js';
import { type Credential, credentials } from '../passwords/credential.js';
import { NOBODY } from './known-identity.js';
import type { PasswordConnector } from './password-connector.js';

/**
 * The primary userstore: users whose passwords Gatehouse stores.
 *
 * @param onFailure called if the hash of a correct password could not be upgraded; the old one stays in use
 */
export function primaryConnector(parts: {
  readonly realm: Realm;
  readonly hasher: PasswordHasher;
  readonly onFailure: (error: unknown) => void;
}): PasswordConnector {
  const { realm, hasher, onFailure } = parts;

  /** Never blocks a sign-in: a concurrent password change wins, and a failure is retried at another sign-in. */
  async function upgradeHash(password: string, { version, ...credential }: Stored<Credential>): Promise<void> {
    try {
      const better = await hasher.better(password, credential.password);
      if (!better) return;
      const { setAt, generated } = credential.password;
      await realm.of(credentials).replace({ ...credential, password: { ...better, setAt, generated } }, version);
    } catch (error) {
      onFailure(error);
    }
  }

  return {
    id: PRIMARY_STORE,
    comparesHashes: true,
    async authenticate({ password }, known) {
      // The user is read first: a sign-in with the previous password must not get the epoch of the change.
      const user = await known.user();
      // Unknown names cost the same reads.
      const credential = await realm.of(credentials).get(user?.id ?? NOBODY);
      if (!user) return { kind: 'unknown' };
      if (!(await hasher.matches(password, credential?.password))) return { kind: 'wrong-credentials' };
      if (credential) void beyondStoreTime(() => upgradeHash(password, credential));
      return { kind: 'ok', identity: { subject: user.id, claims: new Map() } };
    },
  };
}
