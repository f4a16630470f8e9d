import { clientInput } from '../../realm/clients/client-input.js';
import { missing } from '../../changes/change-result.js';
import { replacingAll } from '../../changes/patched-input.js';
import { type ApplyRun, unchanged, unfit, type ApplyResult, wrote } from './apply-run.js';
import type { Operation } from '../plan/operation.js';
import { overlay } from '../plan/planned-fields.js';
import { haveSecrets } from '../plan/plan-clients.js';

export async function applyClient(
  { parts: { clients }, by, plan }: ApplyRun,
  operation: Operation,
): Promise<ApplyResult> {
  const { name: id, entry = -1 } = operation;
  const secrets = plan.secrets.clientSecrets.get(id) ?? [];
  const before = await clients.get(id);
  const wanted = overlay(clientInput, before, plan.file.written.clients?.[entry] ?? {});
  if (!wanted.ok) return unfit();
  if (before)
    return wrote(before, await clients.update(by, id, replacingAll(clientInput, wanted.value), before.version));
  const [first, ...others] = secrets;
  const made = await clients.create(by, wanted.value, first);
  if (!made.ok) return made;
  const { client } = made.value;
  return others.length > 0
    ? wrote(undefined, await clients.setSecrets(by, id, client.version, secrets))
    : { ok: true, value: true };
}

export async function applyClientSecrets(
  { parts: { clients }, by, plan }: ApplyRun,
  { name: id }: Operation,
): Promise<ApplyResult> {
  const client = await clients.get(id);
  if (!client) return missing('client', id);
  const secrets = plan.secrets.clientSecrets.get(id) ?? [];
  if (haveSecrets(client, secrets)) return unchanged;
  return wrote(client, await clients.setSecrets(by, id, client.version, secrets));
}

/** References change to the new id; everything issued to the old one ends. */
export async function renameClient(
  { parts: { clients }, by }: ApplyRun,
  { name, id = '' }: Operation,
): Promise<ApplyResult> {
  const before = await clients.get(id);
  if (!before || (await clients.get(name))) return unchanged;
  return wrote(undefined, await clients.rename(by, id, name, before.version));
}
