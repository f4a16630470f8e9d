import { parseArgs } from 'node:util';
import { countryOf } from '../../access/limitations/country-of-address.js';
import { decide, type Decision } from '../../access/evaluation/decide.js';
import { explain } from '../../access/evaluation/explain.js';
import type { EvaluationContext, Resource } from '../../access/evaluation/evaluation-context.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import { clientSubject, subjectOf } from '../../access/evaluation/subject.js';
import type { Parts } from '../../app/parts.js';
import { GatehouseError } from '../../base/errors.js';
import { LEVELS } from '../../base/authentication-level.js';
import { nearest } from '../../base/text/nearest-word.js';
import { readAddress } from '../../base/networks.js';
import { now } from '../../base/clock.js';
import type { Config } from '../../config/config.js';
import { findUser } from '../arguments/find-user.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { Output } from '../output/output.js';
import { withParts } from '../with-parts.js';

/** One question, as typed. */
export interface DecideCommand {
  readonly who: { readonly user: string } | { readonly client: string };
  readonly permission: string;
  readonly audience: string;
  readonly context: Omit<EvaluationContext, 'at' | 'authentication'>;
  readonly level?: string;
  /** `owner` is still a name. */
  readonly resource?: Resource;
}

const USAGE =
  'Name a person (or --client-itself ID), a permission and where it is: gatehouse explain alice orders:read --at https://orders.example.com';

const OPTIONS = {
  at: { type: 'string' },
  'client-itself': { type: 'boolean' },
  client: { type: 'string' },
  address: { type: 'string' },
  level: { type: 'string' },
  owner: { type: 'string' },
  type: { type: 'string' },
  resource: { type: 'string', multiple: true },
} as const;

/** @throws NotUnderstood */
export function readDecideCommand(args: readonly string[]): DecideCommand {
  const { positionals, values } = parsed(args);
  const [who, permission, ...more] = positionals;
  if (who === undefined || permission === undefined || values.at === undefined || more.length > 0) {
    throw new NotUnderstood(USAGE);
  }
  const { client, address, level, owner, type, resource: pairs = [] } = values;
  if (address !== undefined && !readAddress(address)) {
    throw new NotUnderstood(`--address takes an IP address, and ${JSON.stringify(address)} is none.`);
  }
  const attributes = Object.fromEntries(
    pairs.map((pair) => [pair.split('=')[0] ?? '', pair.split('=').slice(1).join('=')]),
  );
  const resource = {
    ...(owner !== undefined && { owner }),
    ...(type !== undefined && { type }),
    ...(pairs.length > 0 && { attributes }),
  };
  return {
    who: values['client-itself'] ? { client: who } : { user: who },
    permission,
    audience: values.at,
    context: { ...(client !== undefined && { clientId: client }), ...(address !== undefined && { address }) },
    ...(level !== undefined && { level }),
    ...(Object.keys(resource).length > 0 && { resource }),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch {
    throw new NotUnderstood(USAGE);
  }
}

/** Prints and returns the decision. @throws GatehouseError `bad-configuration` for unknown names, StoreUnavailable */
export async function decideCommand(command: DecideCommand, config: Config, out: Output): Promise<boolean> {
  return withParts(config, async (parts) => {
    const { decision } = await answerTo(command, parts);
    out.line(decision.allowed ? 'allowed' : 'denied');
    return decision.allowed;
  });
}

/** Prints the decision with its reasons. @throws as {@link decideCommand} */
export async function explainCommand(command: DecideCommand, config: Config, out: Output): Promise<void> {
  await withParts(config, async (parts) => {
    const { decision, who, snapshot } = await answerTo(command, parts);
    const { answer, reasons } = explain(decision, who, snapshot);
    out.line(answer);
    for (const reason of reasons) out.line(`- ${reason}`);
  });
}

async function answerTo(
  { who, permission, audience, context: told, level, resource }: DecideCommand,
  parts: Parts,
): Promise<{ readonly decision: Decision; readonly who: string; readonly snapshot: Snapshot }> {
  const snapshot = await parts.snapshots.read();
  if (!snapshot.resourceServers.has(audience))
    throw unknown('resource server', audience, snapshot.resourceServers.keys());
  const at = now();
  const from = told.address === undefined ? undefined : readAddress(told.address);
  const context: EvaluationContext = {
    at,
    ...told,
    ...(from && { address: from.toString(), country: await countryOf(from) }),
    ...(level !== undefined && { authentication: { level: levelOf(level), at } }),
  };
  const owner = resource?.owner === undefined ? undefined : await findUser(parts, resource.owner);
  const thing = resource && { ...resource, ...(owner && { owner: owner.id }) };
  const resolved = await subjectNamed(who, parts, snapshot);
  const decision = decide(resolved.subject, { audience, permission }, thing, context, snapshot);
  return { decision, who: resolved.name, snapshot };
}

async function subjectNamed(who: DecideCommand['who'], parts: Parts, snapshot: Snapshot) {
  if ('user' in who) {
    const user = await findUser(parts, who.user);
    return { subject: subjectOf(user, snapshot, now(), await parts.behaviours.get(user.id)), name: user.username };
  }
  const client = await parts.clients.get(who.client);
  if (!client) throw unknown('client', who.client, []);
  return { subject: clientSubject(client), name: client.id };
}

function levelOf(name: string) {
  const level = LEVELS.find((one) => one === name);
  if (!level) throw unknown('level', name, LEVELS);
  return level;
}

function unknown(thing: string, name: string, names: Iterable<string>): GatehouseError {
  const meant = nearest(name, names);
  return new GatehouseError(
    'bad-configuration',
    `There is no ${thing} ${name}${meant === undefined ? '.' : `; did you mean ${meant}?`}`,
  );
}
