import { readFile } from 'node:fs/promises';
import { CONNECTOR_KINDS } from '../../app/connector-kinds.js';
import { problem } from '../../base/problems/problem.js';
import { GatehouseError } from '../../base/errors.js';
import { planFile } from '../../realm-file/plan-file.js';
import { problemList } from '../../realm-file/read/problem.js';
import { readRealmFile } from '../../realm-file/read/read-realm-file.js';
import type { Secrets } from '../../realm-file/secrets/secrets.js';
import type { Output } from '../output/output.js';

/** Stands for each secret: which secrets exist depends on the host that applies the file. */
const anySecret: Secrets = {
  find: async () => ({ kind: 'found', secret: 'kQ3vX8nZ1wB6tR9yL4mC7pD2sF5gH0jU_aEiVoTqNxS' }),
  makeFile: async () => ({ kind: 'missing', fault: problem('secret-not-made', [], {}) }),
};

/**
 * Checks a realm file as for a new realm; opens no store and reads no settings or secrets.
 *
 * @throws GatehouseError `bad-configuration` with every problem, by line and field
 */
export async function checkCommand(path: string, out: Output): Promise<void> {
  const file = readRealmFile(await textOf(path));
  if (!file.ok) throw new GatehouseError('bad-configuration', problemList(path, file.problems));
  const checked = await planFile({ connectorKinds: CONNECTOR_KINDS }, file.value, anySecret, {
    makeSecrets: true,
    generatePasswords: true,
  });
  if (!checked.ok) {
    const list = problemList(path, checked.problems);
    const cure = 'The file was checked as for a new realm. For a realm that exists, use `gatehouse apply --dry-run`.';
    throw new GatehouseError('bad-configuration', `${list}\n${cure}`);
  }
  out.line(`${path} is valid for a new realm.`);
  out.line('Not checked: whether its secrets exist and are strong, and whether it fits what a store holds already.');
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new GatehouseError('bad-configuration', `The file ${path} can't be read.`, { cause });
  }
}
