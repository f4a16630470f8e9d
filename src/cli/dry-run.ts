import { isDeepStrictEqual } from 'node:util';
import { dryRun } from '../access/dry-run.js';
import { roleInput } from '../access/role-input.js';
import { now } from '../base/clock.js';
import type { Config } from '../config/config.js';
import { byId, roleFields } from '../realm-file/by-id.js';
import { checkRealmFile } from '../realm-file/check-realm-file.js';
import { overlay } from '../realm-file/overlay.js';
import { problemsError } from '../realm-file/problem.js';
import { secretsAt } from '../realm-file/secrets.js';
import { readThere } from '../realm-file/there.js';
import type { Environment } from '../config/config.js';
import { dryRunLines } from './dry-run-lines.js';
import type { Output } from './output.js';
import { loadRealmFile } from './prepare-realm.js';
import { withParts } from './with-parts.js';

/**
 * What the roles of a realm file would change for whom, if it were applied. Writes nothing.
 *
 * @throws GatehouseError `bad-configuration` for a file that does not fit its realm; StoreUnavailable
 */
export async function dryRunCommand(realmFile: string, config: Config, env: Environment, out: Output): Promise<void> {
  await withParts(config, async (parts) => {
    const file = await loadRealmFile({ ...config, realmFile });
    if (!file) return;
    const there = await readThere(parts, file.content);
    const checked = await checkRealmFile(there, file, secretsAt(config.keysFolder, env), { makeSecrets: true });
    if (!checked.ok) throw problemsError(realmFile, checked.problems);
    const snapshot = await parts.snapshots.read();
    const ids = byId(snapshot);
    let changed = 0;
    for (const [at, { name }] of file.content.roles.entries()) {
      const before = await parts.roles.findByName(name);
      const wanted = overlay(roleInput, before, roleFields(file.written.roles?.[at] ?? {}, ids));
      if (!before || !wanted.success) continue;
      const role = { ...before, ...wanted.data };
      if (isDeepStrictEqual(role, before)) continue;
      changed++;
      out.line(`Role ${name}:`);
      for (const line of dryRunLines(await dryRun({ role }, snapshot, parts.users, now(), parts.behaviours)))
        out.line(`  ${line}`);
    }
    if (changed === 0) out.line('No role that is there would be changed.');
  });
}
