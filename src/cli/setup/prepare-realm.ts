import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { preview, type PreviewParts } from '../../access/administration/preview.js';
import { CONNECTOR_KINDS } from '../../app/connector-kinds.js';
import { now } from '../../base/clock.js';
import { GatehouseError } from '../../base/errors.js';
import { garbageCollector } from '../../base/memory.js';
import type { Actor } from '../../changes/actor.js';
import type { Config, Environment } from '../../config/config.js';
import { generatePassword } from '../../identity/passwords/password-policy.js';
import { because } from '../../http/refusals/because.js';
import { accessLost, type LosingParts } from '../../realm-file/check/access-lost.js';
import { unrecognizedPeople } from '../../realm-file/check/unrecognized-people.js';
import { apply } from '../../realm-file/apply/apply.js';
import { leftLines, operationLines, unrecognizedLines } from '../../realm-file/describe/describe.js';
import { makeMissingSecrets } from '../../realm-file/secrets/find-secrets.js';
import type { RealmParts } from '../../realm-file/realm-parts.js';
import { planFile } from '../../realm-file/plan-file.js';
import type { Plan } from '../../realm-file/plan/plan.js';
import { problemsError } from '../../realm-file/read/problem.js';
import { readRealmFile, type RealmFile } from '../../realm-file/read/read-realm-file.js';
import { secretsAt } from '../../realm-file/secrets/secrets.js';
import type { Read } from '../../realm-file/read/syntax.js';
import { ensureAdministrator } from './ensure-administrator.js';
import { ensureBuiltIns } from './ensure-built-ins.js';
import { showProgress } from '../output/show-progress.js';

/** Receives generated secrets. `bootstrap` and `apply` print them; `serve` has none, so it creates and prints none. */
export interface Reveal {
  readonly administrator: (username: string, password: string | undefined) => void;
  readonly password: (username: string, password: string) => void;
}

/** The output of a run, except secrets. */
export interface RunReport {
  /** Receives a sentence for each completed change. */
  readonly changed: (line: string) => void;
  /** Warnings. */
  readonly warned: (line: string) => void;
  /** Parts of the file that were ignored, and objects that it does not name. */
  readonly left: (line: string) => void;
  /** The progress of a long run. */
  readonly progress?: ((line: string) => void) | undefined;
}

/** The dependencies for applying a realm file and for its preview. */
export type PreparedParts = RealmParts & PreviewParts & LosingParts;

/** In characters; a collection takes a tenth of a second. */
const LARGE_FILE = 256 * 1024;

/** A realm file, and its name in messages. */
export interface NamedFile {
  readonly path: string;
  readonly calledAs: string;
}

export const fileOfSetting = (path: string): NamedFile => ({ path, calledAs: `GATEHOUSE_REALM_FILE (${path})` });

/** A valid realm file. @throws GatehouseError `bad-configuration` */
export async function loadRealmFile({ path, calledAs }: NamedFile): Promise<RealmFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new GatehouseError('bad-configuration', `${calledAs} must be a file that can be read.`, {
      cause,
    });
  }
  const file = orThrow(calledAs, readRealmFile(text));
  // The syntax tree of a large file takes a hundred times its size, and is no longer needed.
  if (text.length > LARGE_FILE) garbageCollector()();
  return file;
}

/** Checks the file for a new realm, before there is a store. @throws as {@link loadRealmFile} */
export async function checkForNewRealm(file: RealmFile, config: Config, env: Environment): Promise<void> {
  const secrets = secretsAt(config.keysFolder, env);
  const how = { makeSecrets: true, generatePasswords: true };
  orThrow(
    fileOfSetting(config.realmFile ?? '').calledAs,
    await planFile({ connectorKinds: CONNECTOR_KINDS }, file, secrets, how),
  );
}

/**
 * Prepares a realm for use: built-in objects, an administrator, and the content of the realm file. Idempotent. The file is
 * checked against the realm before the first write.
 *
 * @param how.yes accepts that many users lose access by the file
 * @throws GatehouseError `bad-configuration`
 */
export async function prepareRealm(
  parts: PreparedParts,
  by: Actor,
  config: Config,
  env: Environment,
  file: RealmFile | undefined,
  how: { readonly yes: boolean; readonly reveal?: Reveal; readonly report: RunReport },
): Promise<void> {
  const { reveal } = how;
  const named = fileOfSetting(config.realmFile ?? '');
  const plan = file && (await acceptedPlan(parts, named, file, config, env, how));
  await ensureBuiltIns(parts, by, config.issuer);
  const { username, password } = config.administrator;
  if (password !== undefined || reveal) {
    const first = {
      clear: password ?? generatePassword(),
      generated: password === undefined,
      mustChange: password === undefined,
    };
    const made = await ensureAdministrator(parts, by, username, first);
    if (made) reveal?.administrator(username, first.generated ? first.clear : undefined);
  }
  if (plan) await applyReported(parts, by, plan, how);
}

/**
 * The plan of an acceptable file. @throws GatehouseError `bad-configuration`, also if too many users would lose access, or if people may
 * not be recognized
 */
export async function acceptedPlan(
  parts: PreparedParts,
  named: NamedFile,
  file: RealmFile,
  config: Config,
  env: Environment,
  { yes, reveal }: { readonly yes: boolean; readonly reveal?: Reveal },
): Promise<Plan> {
  const secrets = secretsAt(config.keysFolder, env);
  const how = { makeSecrets: reveal !== undefined, generatePasswords: reveal !== undefined };
  const plan = orThrow(named.calledAs, await planFile(parts, file, secrets, how));
  if (!yes && plan.operations.length > 0) {
    const effects = await preview(plan.before, plan.planned, parts, now());
    const losing = await accessLost(plan, effects, parts);
    if (losing !== undefined) throw tooManyLose(named, losing);
    const unrecognized = await unrecognizedPeople(plan, parts.links);
    if (unrecognized.length > 0) throw notRecognized(named, unrecognizedLines(unrecognized));
  }
  return { ...plan, secrets: orThrow(named.calledAs, await makeMissingSecrets(file, plan.secrets, secrets)) };
}

/** Applies the plan, and reports what it changed and what it left. */
export async function applyReported(
  parts: PreparedParts,
  by: Actor,
  plan: Plan,
  { reveal, report }: { readonly reveal?: Reveal; readonly report: RunReport },
): Promise<void> {
  await apply(parts, by, plan, {
    ...(reveal && { onPassword: reveal.password }),
    onDone: (operation) => operationLines(operation).forEach(report.changed),
    ...(report.progress && { onProgress: showProgress(report.progress) }),
    atOnce: availableParallelism(),
  });
  plan.secrets.warnings.forEach(report.warned);
  leftLines(plan).forEach(report.left);
}

const tooManyLose = ({ path, calledAs }: NamedFile, losing: number): GatehouseError =>
  because(
    new GatehouseError(
      'bad-configuration',
      `${calledAs} was not applied, and nothing was changed: ${losing} ${losing === 1 ? 'person or client' : 'people and clients'} would lose access, ` +
        'which is more than 20 or more than 10 % of all that have any. ' +
        `\`gatehouse apply ${path} --dry-run\` shows who; \`gatehouse apply ${path} --yes\` applies it.`,
    ),
    'realm-file-refused',
  );

const notRecognized = ({ path, calledAs }: NamedFile, lines: readonly string[]): GatehouseError =>
  because(
    new GatehouseError(
      'bad-configuration',
      [
        `${calledAs} was not applied, and nothing was changed:`,
        ...lines.map((line) => `- ${line}`),
        `\`gatehouse apply ${path} --yes\` applies it all the same.`,
      ].join('\n'),
    ),
    'realm-file-refused',
  );

function orThrow<T>(name: string, read: Read<T>): T {
  if (read.ok) return read.value;
  throw problemsError(name, read.problems);
}
