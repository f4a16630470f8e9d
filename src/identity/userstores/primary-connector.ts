import type { Stored } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { beyondStoreTime } from '../../storage/deadlines/store-time.js';
import { PRIMARY_STORE } from '../identifiers/identifier.js';
import type { PasswordHasher } from '../password-hashing/password-hasher.js';
import { type Credential, credentials } from '../passwords/credential.js';
import { NOBODY } from './known-identity.js';
import type { PasswordConnector } from './password-connector.js';

/**
 * The primary userstore: users whose passwords we keep.
 *
 * @param onFailure is told when the hash of a right password could not be upgraded: the old one stays in use
 */
export function primaryConnector(parts: {
  readonly realm: Realm;
  readonly hasher: PasswordHasher;
  readonly onFailure: (error: unknown) => void;
}): PasswordConnector {
  const { realm, hasher, onFailure } = parts;

  /** Never in the way of a sign-in: a password that is set meanwhile wins, and what fails now is done at another sign-in. */
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
      // The user first: a sign-in with the password before a change must not carry the epoch after it.
      const user = await known.user();
      // Unknown names cost the same reads.
      const credential = await realm.of(credentials).get(user?.id ?? NOBODY);
      if (!user) return { kind: 'unknown' };
      if (!(await hasher.matches(password, credential?.password))) return { kind: 'wrong-credentials' };
      if (credential) void beyondStoreTime(() => upgradeHash(password, credential));
      return { kind: 'ok', identity: { subject: user.id, claims: {} } };
    },
  };
}
