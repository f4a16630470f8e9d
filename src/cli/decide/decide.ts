import { parseArgs } from 'node:util';
import { factOptions, factsOfOptions } from '../../access/facts/fact-options.js';
import { withFoundFacts } from '../../access/facts/known-facts.js';
import { decide, type Decision } from '../../access/evaluation/decide.js';
import type { Resource } from '../../access/evaluation/evaluation-context.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import { clientSubject, subjectOf } from '../../access/evaluation/subject.js';
import type { Parts } from '../../app/parts.js';
import { GatehouseError } from '../../base/errors.js';
import { nearest } from '../../base/text/nearest-word.js';
import { now } from '../../base/clock.js';
import type { Config } from '../../config/config.js';
import { explain } from '../../sentences/explain-decision.js';
import { findUser } from '../arguments/find-user.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { Output } from '../output/output.js';
import { withParts } from '../with-parts.js';

/** One question, as typed. */
export interface DecideCommand {
  readonly who: { readonly user: string } | { readonly client: string };
  readonly permission: string;
  readonly audience: string;
  /** The stated facts, by their options. */
  readonly facts: ReadonlyMap<string, string>;
  /** `owner` is still a name. */
  readonly resource?: Resource;
}

const USAGE =
  'Name a person (or --client-itself ID), a permission and where it is: gatehouse explain alice orders:read --at https://orders.example.com';

const FACT_OPTIONS = Object.fromEntries(factOptions().map(({ name }) => [name, { type: 'string' } as const]));
const OPTIONS = {
  at: { type: 'string' },
  'client-itself': { type: 'boolean' },
  owner: { type: 'string' },
  type: { type: 'string' },
  resource: { type: 'string', multiple: true },
} as const;

/** @throws NotUnderstood */
export function readDecideCommand(args: readonly string[]): DecideCommand {
  const { positionals, values, facts } = parsed(args);
  const [who, permission, ...more] = positionals;
  if (who === undefined || permission === undefined || values.at === undefined || more.length > 0) {
    throw new NotUnderstood(USAGE);
  }
  const { owner, type, resource: pairs = [] } = values;
  for (const fault of factsOfOptions(facts, now()).faults) {
    if ('takes' in fault) {
      throw new NotUnderstood(`--${fault.option} takes ${fault.takes}, and ${JSON.stringify(fault.text)} is none.`);
    }
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
    facts,
    ...(Object.keys(resource).length > 0 && { resource }),
  };
}

function parsed(args: readonly string[]) {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...OPTIONS, ...FACT_OPTIONS },
    });
    const facts = Object.entries(values).flatMap(([name, value]) =>
      typeof value === 'string' && Object.hasOwn(FACT_OPTIONS, name) ? [[name, value] as const] : [],
    );
    return { positionals, values, facts: new Map(facts) };
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
  { who, permission, audience, facts, resource }: DecideCommand,
  parts: Parts,
): Promise<{ readonly decision: Decision; readonly who: string; readonly snapshot: Snapshot }> {
  const snapshot = await parts.snapshots.read();
  if (!snapshot.resourceServers.has(audience))
    throw unknown('resource server', audience, snapshot.resourceServers.keys());
  const at = now();
  const { values, faults } = factsOfOptions(facts, at);
  for (const fault of faults) if ('names' in fault) throw unknown(fault.option, fault.text, fault.names);
  const context = { at, ...(await withFoundFacts(values, {}, () => true)) };
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

function unknown(thing: string, name: string, names: Iterable<string>): GatehouseError {
  const meant = nearest(name, names);
  return new GatehouseError(
    'bad-configuration',
    `There is no ${thing} ${name}${meant === undefined ? '.' : `; did you mean ${meant}?`}`,
  );
}
