import { parseArgs } from 'node:util';
import { factOptions, factsOfOptions } from '../../access/facts/fact-options.js';
import { withFoundFacts } from '../../access/facts/known-facts.js';
import { decide } from '../../access/evaluation/decide.js';
import type { Resource, Subject } from '../../access/evaluation/evaluation-context.js';
import type { DecisionSnapshot, Snapshot } from '../../access/evaluation/snapshot.js';
import { clientSubject, subjectOf } from '../../access/evaluation/subject.js';
import { decideAt, type PastDecision, type PastQuestion } from '../../access/time-travel/decide-at.js';
import { snapshotAt } from '../../access/time-travel/snapshot-at.js';
import { clientAt } from '../../access/time-travel/subject-at.js';
import type { Parts } from '../../app/parts.js';
import { GatehouseError } from '../../base/errors.js';
import { nearest } from '../../base/text/nearest-word.js';
import { type Instant, now } from '../../base/clock.js';
import type { Config } from '../../config/config.js';
import { explainPast } from '../../sentences/explain-past-decision.js';
import { findUser } from '../arguments/find-user.js';
import { readInstant } from '../arguments/read-instant.js';
import { NotUnderstood } from '../arguments/usage-error.js';
import type { Output } from '../output/output.js';
import { withParts } from '../with-parts.js';
import { findUserAt } from './find-user-at.js';

/** One question, as typed. */
export interface DecideCommand {
  readonly who: { readonly user: string } | { readonly client: string };
  readonly permission: string;
  readonly audience: string;
  /** The stated facts, by their options. */
  readonly facts: ReadonlyMap<string, string>;
  /** `owner` is still a name. */
  readonly resource?: Resource;
  /** Asks about that time in the past; absent: about now. */
  readonly time?: Instant;
}

/** The answer to a question, as `gatehouse decide` prints it. */
export type DecideAnswer = 'allowed' | 'denied' | 'not known';

const USAGE =
  'Name a person (or --client-itself ID), a permission and where it is: gatehouse explain alice orders:read --at https://orders.example.com';

const FACT_OPTIONS = Object.fromEntries(factOptions().map(({ name }) => [name, { type: 'string' } as const]));
const OPTIONS = {
  at: { type: 'string' },
  'at-time': { type: 'string' },
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
  const time = values['at-time'] === undefined ? undefined : readInstant('at-time', values['at-time']);
  if (time !== undefined && time > now()) throw new NotUnderstood('--at-time takes a time in the past.');
  for (const fault of factsOfOptions(facts, time ?? now()).faults) {
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
    ...(time !== undefined && { time }),
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
export async function decideCommand(command: DecideCommand, config: Config, out: Output): Promise<DecideAnswer> {
  return withParts(config, async (parts) => {
    const { allowed } = await answerTo(command, parts);
    const answer = allowed === 'unknown' ? 'not known' : allowed ? 'allowed' : 'denied';
    out.line(answer);
    return answer;
  });
}

/** Prints the decision with its reasons. @throws as {@link decideCommand} */
export async function explainCommand(command: DecideCommand, config: Config, out: Output): Promise<void> {
  await withParts(config, async (parts) => {
    const { who, snapshot, ...past } = await answerTo(command, parts);
    const { answer, reasons } = explainPast(past, who, snapshot);
    if (command.time !== undefined) out.line(`At ${written(command.time)}:`);
    out.line(answer);
    for (const reason of reasons) out.line(`- ${reason}`);
  });
}

interface Answer extends PastDecision {
  /** The name of the subject, as it was at that time. */
  readonly who: string;
  readonly snapshot: DecisionSnapshot;
}

async function answerTo(command: DecideCommand, parts: Parts): Promise<Answer> {
  const { who, time } = command;
  const current = await parts.snapshots.read();
  if (time !== undefined) return answerAt(command, time, parts, current);
  const question = await questionOf(command, parts, { snapshot: current, at: now() });
  const { subject, name } = await subjectNamed(who, parts, current);
  return { ...decisionOf(subject, question, current), who: name, snapshot: current };
}

async function answerAt(command: DecideCommand, at: Instant, parts: Parts, current: Snapshot): Promise<Answer> {
  const { who } = command;
  const snapshot = await snapshotAt(parts.realm, current, at);
  const question = await questionOf(command, parts, { snapshot, at });
  if ('user' in who) {
    const user = await findUserAt(parts, who.user, at);
    return { ...decideAt(user, question, snapshot), who: user.username, snapshot };
  }
  const client = await clientAt(parts.realm, who.client, at);
  if (client.is !== 'known') throw unknown('client', who.client, { at });
  return { ...decisionOf(clientSubject(client.subject), question, snapshot), who: who.client, snapshot };
}

const decisionOf = (
  subject: Subject,
  { wanted, resource, context }: PastQuestion,
  snapshot: DecisionSnapshot,
): PastDecision => {
  const decision = decide(subject, wanted, resource, context, snapshot);
  return { allowed: decision.allowed, decision, unknownSegments: [] };
};

async function questionOf(
  { permission, audience, facts, resource, time }: DecideCommand,
  parts: Parts,
  { snapshot, at }: { readonly snapshot: DecisionSnapshot; readonly at: Instant },
): Promise<PastQuestion> {
  if (!snapshot.resourceServers.has(audience)) {
    const names = snapshot.resourceServers.keys();
    throw unknown('resource server', audience, { names, ...(time !== undefined && { at: time }) });
  }
  const { values, faults } = factsOfOptions(facts, at);
  for (const fault of faults) if ('names' in fault) throw unknown(fault.option, fault.text, { names: fault.names });
  const context = { at, ...(await withFoundFacts(values, {}, () => true)) };
  const owner = resource?.owner === undefined ? undefined : await findUser(parts, resource.owner);
  const thing = resource && { ...resource, ...(owner && { owner: owner.id }) };
  return { wanted: { audience, permission }, resource: thing, context };
}

async function subjectNamed(who: DecideCommand['who'], parts: Parts, snapshot: Snapshot) {
  if ('user' in who) {
    const user = await findUser(parts, who.user);
    return { subject: subjectOf(user, snapshot, now(), await parts.behaviours.get(user.id)), name: user.username };
  }
  const client = await parts.clients.get(who.client);
  if (!client) throw unknown('client', who.client);
  return { subject: clientSubject(client), name: client.id };
}

function unknown(
  thing: string,
  name: string,
  { names = [], at }: { readonly names?: Iterable<string>; readonly at?: Instant } = {},
): GatehouseError {
  const meant = nearest(name, names);
  const missing = at === undefined ? `There is no ${thing} ${name}` : `There was no ${thing} ${name} at ${written(at)}`;
  return new GatehouseError('bad-configuration', `${missing}${meant === undefined ? '.' : `; did you mean ${meant}?`}`);
}

const written = (at: Instant): string => new Date(at).toISOString();
