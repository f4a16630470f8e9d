import type { Snapshot } from '../access/evaluation/snapshot.js';
import { type Instant, now } from '../base/clock.js';
import { problem } from '../base/problems/problem.js';
import { invalidInput } from '../http/api/input.js';
import type { ApiRefusal } from '../http/api/refusal.js';
import type { DecisionParts } from './decision-parts.js';
import type { Evaluation } from './evaluation.js';
import { idsFor, nameFor } from './named.js';
import type { ResourceServerCaller } from './resource-server-caller.js';
import type { SearchSources } from './search.js';

type Question = Pick<Evaluation, 'context'>;

/** How a question is answered, as the resource server that it is asked as. */
export type Ask<Q, A> = (
  question: Q,
  audience: string,
  sources: SearchSources,
  snapshot: Snapshot,
  at: Instant,
) => Promise<A>;

/** The answer to a question, or why it was refused. */
export async function answered<Q extends Question, A>(
  caller: ResourceServerCaller,
  question: Q,
  parts: DecisionParts,
  ask: Ask<Q, A>,
): Promise<{ readonly ok: true; readonly value: A } | { readonly ok: false; readonly problem: ApiRefusal }> {
  const audience = audienceOf(caller, question);
  if (audience === undefined) return { ok: false, problem: noAudience(caller) };
  return { ok: true, value: await answeredAs(caller, question, audience, parts, ask) };
}

/** The answer to a question that is asked as this resource server. */
export async function answeredAs<Q extends Question, A>(
  caller: ResourceServerCaller,
  question: Q,
  audience: string,
  { sources, openPairwise, makePairwise, snapshots }: DecisionParts,
  ask: Ask<Q, A>,
): Promise<A> {
  const used = question.context?.client_id;
  const client = used === undefined ? undefined : await sources.client(used);
  // A name of another sector opens for nobody else, so anybody may say it. It is made for the caller's own sector alone.
  const knownBy = [...(client ? [client] : []), caller.client];
  const idOf = idsFor(knownBy, openPairwise);
  const nameOf = nameFor(caller.client, makePairwise);
  return ask(question, audience, { ...sources, idOf, nameOf }, await snapshots.read(), now());
}

/** The resource server that a question is asked as; undefined if it names none that the caller is. */
export function audienceOf(caller: ResourceServerCaller, { context }: Question): string | undefined {
  const named = context?.audience;
  const [only, ...others] = caller.audiences;
  return (named === undefined ? others.length === 0 : caller.audiences.includes(named)) ? (named ?? only) : undefined;
}

/** The refusal of a question that names none of the caller's resource servers. */
export function noAudience({ audiences }: ResourceServerCaller): ApiRefusal {
  const words = `the client is several resource servers (${audiences.join(', ')}), and context.audience names none`;
  const refusal = invalidInput([problem('audience-unnamed', ['context', 'audience'], { audiences })]);
  return { ...refusal, why: { reason: 'audience-wrong', words } };
}
