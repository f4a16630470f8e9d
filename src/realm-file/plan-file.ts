import { check } from './check/check.js';
import { emptyRealm, type NewRealm, readCurrentRealm } from './plan/current-realm.js';
import { findSecrets } from './secrets/find-secrets.js';
import type { RealmParts } from './realm-parts.js';
import { plan, type Plan } from './plan/plan.js';
import type { RealmFile } from './read/read-realm-file.js';
import type { Secrets } from './secrets/secrets.js';
import type { Read } from './read/syntax.js';

/**
 * The plan of a checked file, or all its problems. The only way to a plan, used by a dry run, the check of a file, a start and
 * the run itself. Writes nothing.
 *
 * @throws StoreUnavailable
 */
export async function planFile(
  parts: RealmParts | NewRealm,
  file: RealmFile,
  secrets: Secrets,
  how: { readonly makeSecrets: boolean; readonly generatePasswords: boolean },
): Promise<Read<Plan>> {
  const current = 'connectorKinds' in parts ? emptyRealm(parts) : await readCurrentRealm(parts, file);
  const planned = plan(current, file, await findSecrets(file, current, secrets, how));
  const problems = await check(planned, current);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: planned };
}
