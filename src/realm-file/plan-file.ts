import { check } from './check/check.js';
import { emptyRealm, readCurrentRealm } from './plan/current-realm.js';
import { findSecrets } from './secrets/find-secrets.js';
import type { RealmParts } from './realm-parts.js';
import { plan, type Plan } from './plan/plan.js';
import type { RealmFile } from './read/read-realm-file.js';
import type { Secrets } from './secrets/secrets.js';
import type { Read } from './read/syntax.js';

/**
 * The plan of a file that was checked, or everything that stands against it. The one way to a plan: a dry run, the check of a file, a start
 * and the run itself all take it. Writes nothing.
 *
 * @param parts absent: the realm is not there yet
 * @throws StoreUnavailable
 */
export async function planFile(
  parts: RealmParts | undefined,
  file: RealmFile,
  secrets: Secrets,
  how: { readonly makeSecrets: boolean; readonly generatePasswords: boolean },
): Promise<Read<Plan>> {
  const current = parts ? await readCurrentRealm(parts, file) : emptyRealm;
  const planned = plan(current, file, await findSecrets(file, current, secrets, how));
  const problems = await check(planned, current);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: planned };
}
