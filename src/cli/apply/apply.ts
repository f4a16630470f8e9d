import { parseArgs } from 'node:util';
import { preview } from '../../access/administration/preview.js';
import { now } from '../../base/clock.js';
import type { Parts } from '../../app/parts.js';
import type { Actor } from '../../changes/actor.js';
import type { Config, Environment } from '../../config/config.js';
import { describe, describeJson } from '../../realm-file/describe/describe.js';
import { unrecognizedPeople } from '../../realm-file/check/unrecognized-people.js';
import { planFile } from '../../realm-file/plan-file.js';
import { problemsError } from '../../realm-file/read/problem.js';
import { secretsAt } from '../../realm-file/secrets/secrets.js';
import { ensureBuiltIns } from '../setup/ensure-built-ins.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { Output } from '../output/output.js';
import { acceptedPlan, applyReported, loadRealmFile } from '../setup/prepare-realm.js';
import { withParts } from '../with-parts.js';

export interface ApplyCommand {
  readonly path: string;
  /** Only reports what would change. */
  readonly dryRun: boolean;
  /** Accepts that many users lose access, or that people may not be recognized. */
  readonly yes: boolean;
  readonly json: boolean;
}

const USAGE = 'Name the file: gatehouse apply FILE [--dry-run] [--yes] [--json]';
const OPTIONS = { 'dry-run': { type: 'boolean' }, yes: { type: 'boolean' }, json: { type: 'boolean' } } as const;

/** @throws NotUnderstood */
export function readApplyCommand(args: readonly string[]): ApplyCommand {
  try {
    const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
    const [path, ...more] = positionals;
    if (path !== undefined && more.length === 0) {
      return { path, dryRun: values['dry-run'] === true, yes: values.yes === true, json: values.json === true };
    }
  } catch {
    // Reported in our words: the library's messages may repeat the input.
  }
  throw new NotUnderstood(USAGE);
}

/**
 * Applies a realm file to an existing realm, or only reports what that would change.
 *
 * @throws GatehouseError `bad-configuration` for a file that does not fit its realm, or that takes access from too many users;
 * StoreUnavailable
 */
export async function applyCommand(
  by: Actor,
  { path, dryRun, yes, json }: ApplyCommand,
  config: Config,
  env: Environment,
  out: Output,
): Promise<void> {
  const work = async (parts: Parts): Promise<void> => {
    const named = { path, calledAs: `The realm file ${path}` };
    const file = await loadRealmFile(named);
    if (dryRun) {
      const how = { makeSecrets: true, generatePasswords: true };
      const planned = await planFile(parts, file, secretsAt(config.keysFolder, env), how);
      if (!planned.ok) throw problemsError(named.calledAs, planned.problems);
      const plan = planned.value;
      const effects = await preview(plan.before, plan.planned, parts, now());
      const unrecognized = await unrecognizedPeople(plan, parts.links);
      if (json) out.line(JSON.stringify(describeJson(plan, effects, unrecognized)));
      else for (const line of describe(plan, effects, unrecognized)) out.line(line);
      return;
    }
    const passwords: { readonly username: string; readonly password: string }[] = [];
    const reveal = {
      administrator: () => undefined,
      password(username: string, password: string) {
        if (json) passwords.push({ username, password });
        else out.line(`Password of ${username}: ${password}`);
      },
    };
    const print = (line: string): void => {
      if (!json) out.line(line);
    };
    const report = {
      changed: print,
      warned: (line: string) => print(`Warning: ${line}`),
      left: print,
      progress: out.progress,
    };
    const plan = await acceptedPlan(parts, named, file, config, env, { yes, reveal });
    await ensureBuiltIns(parts, by, config.issuer);
    await applyReported(parts, by, plan, { reveal, report });
    if (json) out.line(JSON.stringify({ ...describeJson(plan), passwords }));
  };
  await withParts(config, work, { hashesInBulk: true });
}
