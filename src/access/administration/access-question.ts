import type { Assignment } from '../../base/assignment.js';
import { compiled, type Givers } from '../evaluation/snapshot-index.js';
import { decide } from '../evaluation/decide.js';
import { effective } from '../evaluation/effective.js';
import { mayGive } from '../evaluation/matching-policies.js';
import { type CandidatePlaces, placesOf } from './candidate-places.js';
import type { EvaluationContext, Resource, Subject } from '../evaluation/evaluation-context.js';
import type { Snapshot } from '../evaluation/snapshot.js';

/** A role, group membership or permission that a subject may hold. Roles and groups by id, segments and customer groups among them. */
export type AccessQuestion =
  | { readonly kind: 'role' | 'group'; readonly id: string }
  | { readonly kind: 'permission'; readonly audience: string; readonly permission: string };

/** The facts that decide a question. */
export interface Judging {
  readonly snapshot: Snapshot;
  readonly context: EvaluationContext;
  /** The resource, if a permission at one resource server is asked about. */
  readonly resource?: Resource;
}

/** Where to find everybody who may hold it, at any time and regardless of limitations. Pure. */
export function placesHolding(question: AccessQuestion, snapshot: Snapshot): CandidatePlaces {
  switch (question.kind) {
    case 'role':
      return placesOf({ roles: [question.id] }, [snapshot]);
    case 'group':
      return placesOf({ groups: [question.id] }, [snapshot]);
    case 'permission': {
      const givers = compiled(snapshot).givers(question.audience, question.permission);
      if (!givers) return placesOf({}, [snapshot]);
      const isWantedTarget = (target: string): boolean => givers.target(target);
      return placesOf({ roles: givers.roles.keys(), resourceServers: [question.audience], isWantedTarget }, [snapshot]);
    }
  }
}

/** Whether the subject holds it now: roles and groups by {@link effective}, permissions by {@link decide}. */
export function holdsNow(
  question: AccessQuestion,
  subject: Subject,
  { snapshot, context, resource }: Judging,
): boolean {
  switch (question.kind) {
    case 'role':
    case 'group':
      return isHeld(question, subject, { snapshot, context }, 'issue');
    case 'permission':
      return decide(subject, question, resource, context, snapshot).allowed;
  }
}

/** Whether the subject may come to hold it, now or later, regardless of limitations. */
export const mayHold = (question: AccessQuestion, subject: Subject, judging: Judging): boolean =>
  isHeld(question, subject, judging, 'ahead');

function isHeld(
  question: AccessQuestion,
  subject: Subject,
  { snapshot, context }: Judging,
  moment: 'issue' | 'ahead',
): boolean {
  const access = effective(subject, contextOf(question, context, snapshot), snapshot, moment);
  switch (question.kind) {
    case 'role':
      return access.trace.roles.some(({ id }) => id === question.id);
    case 'group':
      return access.trace.groups.some(({ id }) => id === question.id);
    case 'permission':
      return access.permissions(question.audience).includes(question.permission);
  }
}

/** A client's own role is held only while that client is used. */
export function contextOf(
  question: AccessQuestion,
  context: EvaluationContext,
  { roles }: Snapshot,
): EvaluationContext {
  const audience = question.kind === 'role' ? roles.get(question.id)?.audience : undefined;
  return audience && 'client' in audience ? { ...context, clientId: audience.client } : context;
}

/** Clients whose own roles are the only source of a permission. */
export function clientsGiving(question: AccessQuestion, { snapshot, context }: Judging): readonly string[] {
  if (question.kind !== 'permission' || context.clientId !== undefined) return [];
  const giving = [...(compiled(snapshot).givers(question.audience, question.permission)?.roles.values() ?? [])].flat();
  const clients = giving.flatMap(({ role: { audience } }) => (audience && 'client' in audience ? audience.client : []));
  return [...new Set(clients)].sort();
}

/** Whether the assignment may grant it, regardless of obstacles. */
export function givesIt(question: AccessQuestion, snapshot: Snapshot): (assignment: Assignment) => boolean {
  const { withIncluded, givers } = compiled(snapshot);
  switch (question.kind) {
    case 'role':
      return ({ kind, target }) => kind === 'role' && withIncluded(target).some(({ id }) => id === question.id);
    case 'group':
      return () => false;
    case 'permission': {
      const known: Givers | undefined = givers(question.audience, question.permission);
      return (assignment) => known !== undefined && mayGive(assignment, known);
    }
  }
}
