import type { Assignment, Limitation } from './assignment.js';

/** How an assignment referred to the removed object. */
export type AssignmentReference = 'assignment' | 'membership' | 'limitation' | 'mapped';

interface ReferredThing {
  readonly kind: 'user' | 'role' | 'group' | 'client' | 'resource-server' | 'permission' | 'connector';
  readonly id: string;
  readonly to?: string;
}

/**
 * The assignments without their references to an object (or with its new name), and how they referred to it; undefined if none
 * does. Pure.
 */
export function assignmentsWithout(
  assignments: readonly Assignment[],
  removed: ReferredThing,
): { readonly assignments: Assignment[]; readonly how: readonly AssignmentReference[] } | undefined {
  const how = new Set<AssignmentReference>();
  const left = assignments.flatMap((assignment): Assignment[] => {
    const leads = leadsTo(assignment, removed);
    if (leads !== undefined) {
      how.add(leads);
      return removed.to === undefined ? [] : [{ ...assignment, target: removed.to }];
    }
    const limitations = limitationsWithout(assignment.limitations, removed);
    if (limitations === undefined) return [assignment];
    how.add('limitation');
    return limitations === 'never' ? [] : [{ ...assignment, limitations }];
  });
  return how.size === 0 ? undefined : { assignments: left, how: [...how] };
}

function leadsTo({ kind, target, source }: Assignment, removed: ReferredThing): AssignmentReference | undefined {
  switch (removed.kind) {
    case 'role':
      return kind === 'role' && target === removed.id ? 'assignment' : undefined;
    case 'group':
      return (kind === 'membership' || kind === 'customer-group') && target === removed.id ? 'membership' : undefined;
    case 'resource-server':
      return kind === 'permission' && target.startsWith(`${removed.id} `) ? 'assignment' : undefined;
    case 'permission':
      return kind === 'permission' && target === removed.id ? 'assignment' : undefined;
    case 'connector':
      return source?.kind === 'connector' && source.id === removed.id ? 'mapped' : undefined;
    case 'client':
    case 'user':
      return undefined;
  }
}

/**
 * The limitations without a removed group or client. `never`: one of them would have no value left and hold for nobody. Without
 * it the rest would grant more than before, so the limited policy or assignment has to be removed too. Undefined if none refers
 * to it. Pure.
 */
export function limitationsWithout(
  limitations: readonly Limitation[],
  { kind, id, to }: ReferredThing,
): Limitation[] | 'never' | undefined {
  const names = (limitation: Limitation): boolean => limitation.kind === kind && limitation.values.includes(id);
  if ((kind !== 'group' && kind !== 'client') || !limitations.some(names)) return undefined;
  const without = (values: readonly string[]): string[] =>
    values.flatMap((value) => (value !== id ? value : (to ?? [])));
  const left = limitations.map((limitation) =>
    names(limitation) ? { ...limitation, values: without(limitation.values) } : limitation,
  );
  return left.some(({ values }) => values.length === 0) ? 'never' : left;
}

/**
 * What these assignments refer to other than roles and groups, for an index of references: `group:ID` for customer groups and
 * limitations, `client:ID`, `resource-server:IDENTIFIER`, and `connector:ID` for the source.
 */
export function assignmentReferences(assignments: readonly Assignment[]): string[] {
  const found = new Set<string>();
  for (const { kind, target, limitations, source } of assignments) {
    if (source?.kind === 'connector') found.add(`connector:${source.id}`);
    if (kind === 'customer-group') found.add(`group:${target}`);
    if (kind === 'permission') found.add(`resource-server:${target.split(' ')[0] ?? ''}`);
    for (const limitation of limitations) {
      if (limitation.kind !== 'group' && limitation.kind !== 'client') continue;
      for (const value of limitation.values) found.add(`${limitation.kind}:${value}`);
    }
  }
  return [...found].sort();
}
