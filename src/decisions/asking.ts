import { acceptedFacts, fieldsStating, withFoundFacts } from '../access/facts/known-facts.js';
import type { EvaluationContext, Subject } from '../access/evaluation/evaluation-context.js';
import { isLimitedBy } from '../access/evaluation/needed-facts.js';
import type { Snapshot } from '../access/evaluation/snapshot.js';
import { clientSubject, readsBehaviour, subjectOf } from '../access/evaluation/subject.js';
import { isBlocked } from '../base/block.js';
import type { Instant } from '../base/clock.js';
import type { Behaviour } from '../identity/activity/activity.js';
import type { User } from '../identity/users/user.js';
import type { Client } from '../realm/clients/client.js';
import { TRUSTED_FACTS, type TrustedFact } from '../realm/resource-servers/resource-server.js';
import { type Evaluation, subjectKind } from './evaluation.js';
import type { ResolveName } from './named.js';

/** The data sources for answers. */
export interface QuestionSources {
  /** Resolves the caller's names to ids. */
  readonly idOf: ResolveName;
  readonly user: (id: string) => Promise<User | undefined>;
  readonly client: (id: string) => Promise<Client | undefined>;
  /** The counted events of a user. */
  readonly behaviour: (userId: string) => Promise<Behaviour | undefined>;
  /** The number of active sessions of a user. */
  readonly sessions: (user: User) => Promise<number>;
}

/** The subject of a question, and the accepted facts. */
export type ResolvedQuestion =
  | {
      readonly ok: true;
      readonly subject: Subject;
      readonly context: EvaluationContext;
      /** The subject's name in answers. */
      readonly called: string;
      /** The facts that are not accepted, by name. */
      readonly notTaken: readonly string[];
    }
  /** Why the subject may do nothing, as a sentence. `subject` is absent if nobody has this name. */
  | { readonly ok: false; readonly reason: string; readonly subject?: Pick<Subject, 'kind' | 'id'> };

/** A user or client, as read. */
export type KnownSubject =
  { readonly kind: 'user'; readonly user: User } | { readonly kind: 'client'; readonly client: Client };

/** The time is ours; other facts are accepted if the resource server is trusted for them. */
export async function askingOf(
  question: Pick<Evaluation, 'subject' | 'context'>,
  audience: string,
  sources: QuestionSources,
  snapshot: Snapshot,
  at: Instant,
): Promise<ResolvedQuestion> {
  const { type, id } = question.subject;
  const known = await knownBy(question.subject, sources);
  if (!known) return { ok: false, reason: `There is no ${type} ${id}.` };
  return askingAbout(known, question, audience, sources, snapshot, at);
}

async function knownBy(
  { type, id }: Pick<Evaluation['subject'], 'type' | 'id'>,
  sources: QuestionSources,
): Promise<KnownSubject | undefined> {
  const kind = subjectKind(type);
  switch (kind) {
    case 'user': {
      const user = await sources.user(sources.idOf(id));
      return user && { kind, user };
    }
    case 'client': {
      const client = await sources.client(id);
      return client && { kind, client };
    }
    case undefined:
      return undefined;
  }
}

/** {@link askingOf} for a subject that has been read already. */
export async function askingAbout(
  about: KnownSubject,
  {
    subject: who,
    context: stated = {},
  }: { readonly subject: SaidOf; readonly context?: Evaluation['context'] | undefined },
  audience: string,
  { behaviour, sessions }: Pick<QuestionSources, 'behaviour' | 'sessions'>,
  snapshot: Snapshot,
  at: Instant,
): Promise<ResolvedQuestion> {
  const trusted = new Set(snapshot.resourceServers.get(audience)?.trustedFor ?? []);
  const found = about.kind === 'user' ? about.user : undefined;
  const { assignments } = about.kind === 'user' ? about.user : about.client;
  if (found && isBlocked(found, at)) {
    return { ok: false, reason: `${who.id} is disabled.`, subject: { kind: 'user', id: found.id } };
  }

  const given = who.properties && trusted.has('attributes') ? attributesIn(who.properties) : [];
  const did = found && readsBehaviour(snapshot) ? await behaviour(found.id) : undefined;
  const own: Subject = about.kind === 'user' ? subjectOf(about.user, snapshot, at, did) : clientSubject(about.client);
  const subject = given.length === 0 ? own : { ...own, attributes: [...(own.attributes ?? []), ...given] };
  const isNeeded = (kind: string): boolean => isLimitedBy(kind, assignments, snapshot);
  const facts = await withFoundFacts(
    acceptedFacts(stated, trusted),
    found ? { sessions: () => sessions(found) } : {},
    isNeeded,
  );
  // The caller knows the subject and may show this text to them, so it contains no id.
  const called = found ? 'The person' : `The client ${who.id}`;
  return {
    ok: true,
    subject,
    context: { at, ...facts },
    called,
    notTaken: notTaken({ stated, properties: who.properties }, trusted),
  };
}

type SaidOf = Pick<Evaluation['subject'], 'id' | 'properties'>;
type StatedContext = NonNullable<Evaluation['context']>;
type Properties = NonNullable<Evaluation['subject']['properties']>;

const attributesIn = (properties: Properties): { name: string; value: string }[] =>
  Object.entries(properties).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => (typeof one === 'string' ? { name, value: one } : [])),
  );

/** The facts that are not accepted, by the caller's names for them. */
function notTaken(
  { stated, properties }: { readonly stated: StatedContext; readonly properties: Properties | undefined },
  trusted: ReadonlySet<TrustedFact>,
): string[] {
  return TRUSTED_FACTS.filter((trust) => !trusted.has(trust)).flatMap((trust) => [
    ...fieldsStating(trust, stated).map((field) => `context.${field}`),
    ...(trust === 'attributes' && properties !== undefined ? ['subject.properties'] : []),
  ]);
}
