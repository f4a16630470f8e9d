import { countryOf } from '../access/country-of.js';
import { compiled } from '../access/compiled.js';
import { decide, type Decision } from '../access/decide.js';
import { explain } from '../access/explain.js';
import type { Context, Resource, Subject } from '../access/question.js';
import type { Snapshot } from '../access/snapshot.js';
import { clientSubject, readsBehaviour, subjectOf } from '../access/subject.js';
import { type Instant, seconds } from '../base/clock.js';
import type { Edge } from '../base/edge.js';
import { levelsAmong } from '../base/level.js';
import type { Behaviour } from '../identity/behaviour.js';
import type { User } from '../identity/user.js';
import type { Client } from '../realm/client.js';
import type { TrustedFact } from '../realm/resource-server.js';
import type { Evaluation } from './evaluation.js';

/** An answer as it is sent (AuthZEN 1.0, 6.2). */
export interface Answer {
  readonly decision: boolean;
  readonly context: {
    /** Why, in sentences. */
    readonly reasons: readonly string[];
    /** Until when it is allowed at most. */
    readonly until?: string;
    /** What the client asks for at the authorization endpoint to be let through (RFC 9470). */
    readonly step_up?: { readonly acr_values: string; readonly max_age?: number };
    /** What was said of the moment, and is not taken from this caller. */
    readonly not_taken?: readonly string[];
  };
}

/** Where answers come from. */
export interface Sources {
  readonly user: (id: string) => Promise<User | undefined>;
  readonly client: (id: string) => Promise<Client | undefined>;
  /** What was counted of what somebody did. */
  readonly behaviour: (userId: string) => Promise<Behaviour | undefined>;
  /** How many live sessions somebody has. */
  readonly sessions: (user: User) => Promise<number>;
}

/** Answers one question of a resource server about a permission of its own. The time is ours. */
export async function answerTo(
  { subject: who, action, resource, context: told = {} }: Evaluation,
  audience: string,
  { user, client, behaviour, sessions }: Sources,
  snapshot: Snapshot,
  at: Instant,
): Promise<Answer> {
  const trusted = new Set(snapshot.resourceServers.get(audience)?.trustedFor ?? []);
  const found = who.type === 'user' ? await user(who.id) : undefined;
  const known = found ?? (who.type === 'client' ? await client(who.id) : undefined);
  if (!known) return no(`There is no ${who.type} ${who.id}.`);
  if (found?.state === 'disabled') return no(`${who.id} is disabled.`);

  const given = who.properties && trusted.has('attributes') ? attributesIn(who.properties) : [];
  const did = found && readsBehaviour(snapshot) ? await behaviour(found.id) : undefined;
  const own: Subject = found ? subjectOf(found, snapshot, at, did) : clientSubject(known as Client);
  const subject = given.length === 0 ? own : { ...own, attributes: [...(own.attributes ?? []), ...given] };
  const isNeeded = (kind: string): boolean => compiled(snapshot).hasLimitation(kind) || narrows(known.edges, kind);
  const address = trusted.has('address') ? told.ip_address : undefined;
  const context: Context = {
    at,
    ...(address !== undefined && { address }),
    ...(address !== undefined &&
      (isNeeded('country') || isNeeded('expression')) && { country: await countryOf(address) }),
    ...(trusted.has('client') && told.client_id !== undefined && { clientId: told.client_id }),
    ...(trusted.has('authentication') && authenticationIn(told)),
    ...(found && (isNeeded('sessions') || isNeeded('expression')) && { sessions: await sessions(found) }),
  };
  const decision = decide(
    subject,
    { audience, permission: action.name },
    resourceOf(resource, snapshot),
    context,
    snapshot,
  );
  // Who it is the caller knows, and shows to that person perhaps: an id would say nothing to them.
  const called = found ? 'The person' : `The client ${who.id}`;
  return sent(decision, called, snapshot, notTaken({ told, properties: who.properties }, trusted));
}

function sent(decision: Decision, who: string, snapshot: Snapshot, left: readonly string[]): Answer {
  const { allowed, until, stepUp } = decision;
  const { answer, reasons } = explain(decision, who, snapshot, { origins: false });
  return {
    decision: allowed,
    context: {
      reasons: [answer, ...reasons],
      ...(until !== undefined && { until: new Date(until).toISOString() }),
      ...(stepUp && {
        step_up: {
          acr_values: stepUp.level,
          ...(stepUp.maxAgeSeconds !== undefined && { max_age: stepUp.maxAgeSeconds }),
        },
      }),
      ...(left.length > 0 && { not_taken: left }),
    },
  };
}

const no = (reason: string): Answer => ({ decision: false, context: { reasons: [reason] } });

const narrows = (edges: readonly Edge[], kind: string): boolean =>
  edges.some(({ limitations }) => limitations.some((one) => one.kind === kind));

type Told = NonNullable<Evaluation['context']>;
type Properties = NonNullable<Evaluation['subject']['properties']>;

function authenticationIn({ acr, auth_time: authTime }: Told): Pick<Context, 'authentication'> {
  const [level] = acr === undefined ? [] : levelsAmong([acr]);
  // Without its time it is as old as can be.
  return level === undefined ? {} : { authentication: { level, at: seconds(authTime ?? 0) } };
}

const attributesIn = (properties: Properties): { name: string; value: string }[] =>
  Object.entries(properties).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => (typeof one === 'string' ? { name, value: one } : [])),
  );

/** What was told and is not believed, by the names under which it was. */
function notTaken(
  { told, properties }: { readonly told: Told; readonly properties: Properties | undefined },
  trusted: ReadonlySet<TrustedFact>,
): string[] {
  const facts: readonly (readonly [TrustedFact, string, unknown])[] = [
    ['address', 'context.ip_address', told.ip_address],
    ['authentication', 'context.acr', told.acr],
    ['client', 'context.client_id', told.client_id],
    ['attributes', 'subject.properties', properties],
  ];
  return facts.flatMap(([fact, field, value]) => (value !== undefined && !trusted.has(fact) ? field : []));
}

/** The groups are named; the way up from each is ours. */
function resourceOf({ type, id, properties = {} }: Evaluation['resource'], snapshot: Snapshot): Resource {
  const { owner, within, ...attributes } = properties;
  const named = Array.isArray(within) ? within : [];
  const ids = [...snapshot.groups.values()].filter(({ name }) => named.includes(name)).map((group) => group.id);
  return {
    type,
    id,
    ...(typeof owner === 'string' && { owner }),
    ...(within !== undefined && { within: withAbove(ids, snapshot) }),
    attributes: withoutNull(attributes),
  };
}

function withAbove(ids: readonly string[], snapshot: Snapshot): string[] {
  const all = new Set<string>();
  const waiting = [...ids];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (all.has(id)) continue;
    all.add(id);
    const edges = snapshot.groups.get(id)?.edges ?? [];
    waiting.push(...edges.flatMap(({ kind, target }) => (kind === 'membership' ? target : [])));
  }
  return [...all];
}

/** What is null is not there. */
const withoutNull = (values: Readonly<Record<string, unknown>>): NonNullable<Resource['attributes']> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as NonNullable<
    Resource['attributes']
  >;
