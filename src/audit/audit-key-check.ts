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

/** @throws GatehouseError `bad-configuration` if this store has an audit key already: no new one may be made for it */
export async function refuseNewAuditKey(installation: Pick<InstallationStore, 'of'>): Promise<void> {
  const found = await installation.of(auditKeyChecks).get(ID);
  if (found) throw lacks(found.keyId);
}

/**
 * Binds the store to the audit key, or confirms that the key that it names is present. If two hosts do this at once with
 * different keys, one of them is refused.
 * @throws GatehouseError `bad-configuration` if it is missing, or another one has its name
 */
export async function bindAuditKey(installation: Pick<InstallationStore, 'of'>, keys: AuditKeys): Promise<void> {
  const checks = installation.of(auditKeyChecks);
  let found = await checks.get(ID);
  if (!found) {
    const made = await checks.insert({ id: ID, keyId: keys.currentId, publicKey: keys.publicKey(), madeAt: now() });
    // Refused: another process bound it first.
    found = made.ok ? made.value : await checks.get(ID);
  }
  // Refused and gone again: only somebody who writes to the database does that.
  if (!found) throw new GatehouseError('bad-configuration', 'The store lost the name of its audit key: start again.');
  if (!keys.has(found.keyId)) throw lacks(found.keyId);
  if (keys.publicKey(found.keyId) !== found.publicKey) throw differs(found.keyId);
}

const lacks = (keyId: string): GatehouseError =>
  new GatehouseError(
    'bad-configuration',
    `GATEHOUSE_KEYS does not hold the audit key of this store, ${keyId}.audit-key. Copy it from a host that has it, or from the ` +
      'backup of that folder. All hosts have the same audit key.',
  );

const differs = (keyId: string): GatehouseError =>
  new GatehouseError(
    'bad-configuration',
    `GATEHOUSE_KEYS holds another ${keyId}.audit-key than this store was first used with. Replace it by the file of a host that ` +
      'serves from this store, or of the backup. All hosts have the same audit key.',
  );
