import { missing } from '../../changes/change-result.js';
import { replacingAll } from '../../changes/patched-input.js';
import { connectorInput } from '../../federation/connectors/connector-input.js';
import { type ApplyResult, type ApplyRun, unchanged, unfit, wrote } from './apply-run.js';
import type { Operation } from '../plan/operation.js';
import { reducedDomains, unenforced, wantedConnector } from '../plan/plan-connectors.js';

export async function applyConnector(
  { parts: { connectors }, by, plan }: ApplyRun,
  { name: id, step, entry = -1 }: Operation,
): Promise<ApplyResult> {
  const before = await connectors.get(id);
  const wanted = wantedConnector(connectors.kinds, before, plan.file.written.connectors?.[entry]);
  if (!wanted.ok) return unfit();
  if (!before) {
    const secret = plan.secrets.connectorSecrets.get(id);
    const input = { ...wanted.value, domains: unenforced(wanted.value) };
    return wrote(undefined, await connectors.create(by, { ...input, ...(secret !== undefined && { secret }) }));
  }
  const { secret: _, ...patch } = replacingAll(connectorInput, wanted.value);
  const changed = step === 'reduce' ? { domains: reducedDomains(before, wanted.value) } : patch;
  return wrote(before, await connectors.update(by, id, changed, before.version));
}

export async function applyConnectorSecret(
  { parts: { connectors }, by, plan }: ApplyRun,
  { name: id }: Operation,
): Promise<ApplyResult> {
  const before = await connectors.get(id);
  const secret = plan.secrets.connectorSecrets.get(id);
  if (!before || secret === undefined) return missing('connector', id);
  const hasSecret = await connectors.comparingSecrets();
  return hasSecret(id, secret) ? unchanged : wrote(before, await connectors.update(by, id, { secret }, before.version));
}
