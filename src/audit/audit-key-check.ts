import { GatehouseError } from '../base/errors.js';
import { type Instant, now } from '../base/clock.js';
import { spec } from '../storage/spec.js';
import type { InstallationStore } from '../storage/store.js';
import type { AuditKeys } from './audit-keys.js';

/** Names the audit key of this store, so that no process signs under a key that the others lack. */
export type AuditKeyCheck = {
  id: string;
  keyId: string;
  publicKey: string;
  madeAt: Instant;
};

export const auditKeyChecks = spec<AuditKeyCheck>()({
  name: 'auditKeyChecks',
  scope: 'installation',
  version: 1,
  indexed: {},
  unique: {},
  queries: {},
});

const ID = 'audit-key';

/** Whether this store has been bound to an audit key, so that no new one may be made for it. */
export const hasAuditKey = async (installation: Pick<InstallationStore, 'of'>): Promise<boolean> =>
  (await installation.of(auditKeyChecks).get(ID)) !== undefined;

/**
 * Binds the store to the audit key, or confirms that the key that it names is present.
 * @throws GatehouseError `bad-configuration` if it is missing
 */
export async function bindAuditKey(installation: Pick<InstallationStore, 'of'>, keys: AuditKeys): Promise<void> {
  const checks = installation.of(auditKeyChecks);
  let found = await checks.get(ID);
  if (!found) {
    const made = await checks.insert({ id: ID, keyId: keys.currentId, publicKey: keys.publicKey(), madeAt: now() });
    // Refused: another process bound it first.
    found = made.ok ? made.value : await checks.get(ID);
  }
  if (found && keys.has(found.keyId) && (found.keyId !== keys.currentId || found.publicKey === keys.publicKey()))
    return;
  throw new GatehouseError(
    'bad-configuration',
    `GATEHOUSE_KEYS does not hold the audit key that this store names, ${found?.keyId ?? ''}.audit-key, or holds another of ` +
      'this name. Copy it from the host that made it: the audit trail has one key on all hosts.',
  );
}
