import type { Instant } from '../base/clock.js';
import type { Edge } from '../base/edge.js';
import type { Group } from '../identity/group.js';
import { compiled } from './compiled.js';
import { isMembership } from './reach-groups.js';
import type { Role } from './role.js';
import type { Snapshot } from './snapshot.js';

/** From when until just before when something holds. */
interface Span {
  readonly from: number;
  readonly until: number;
}

/** One way in which a role is held, and how it comes about. */
interface Way extends Span {
  readonly how: string;
}

/**
 * Separation of duties: why nobody may have these edges, as a sentence that names the two roles and how each comes about; undefined where they
 * may. What has not begun yet counts, and what holds under a limitation; what is over does not. Two roles that never hold at the same moment
 * do not collide. Pure.
 */
export function roleConflict(edges: readonly Edge[], snapshot: Snapshot, at: Instant): string | undefined {
  if (![...snapshot.roles.values()].some(({ excludes }) => (excludes?.length ?? 0) > 0)) return undefined;
  const held = rolesHeld(edges, snapshot, at);
  for (const { role, ways } of held.values()) {
    for (const id of role.excludes ?? []) {
      const others = held.get(id)?.ways ?? [];
      for (const one of ways) {
        const other = others.find((against) => meet(one, against) !== undefined);
        if (other) return `Nobody may hold both ${one.how} and ${other.how}: the two roles exclude each other.`;
      }
    }
  }
  return undefined;
}

/** Every role that these edges lead to from now on, and its ways; none that another way of the same role covers. */
function rolesHeld(
  edges: readonly Edge[],
  snapshot: Snapshot,
  at: Instant,
): ReadonlyMap<string, { readonly role: Role; readonly ways: Way[] }> {
  const { everyone, edgesOf, withIncluded } = compiled(snapshot);
  const held = new Map<string, { readonly role: Role; readonly ways: Way[] }>();
  const entered = new Map<string, Span[]>();
  type Step = { readonly edges: readonly Edge[]; readonly span: Span; readonly group?: Group };
  const steps: Step[] = [
    { edges: everyone ? [...edges, everyone] : edges, span: { from: at, until: Number.POSITIVE_INFINITY } },
  ];
  // The list grows while it is gone through: the nearest groups first. A circle ends, since its second round covers nothing new.
  for (const { edges: own, span, group } of steps) {
    for (const edge of own) {
      const meeting = meet(span, { from: edge.validFrom ?? at, until: edge.validUntil ?? Number.POSITIVE_INFINITY });
      if (!meeting) continue;
      if (isMembership(edge)) {
        const above = snapshot.groups.get(edge.target);
        if (above && addSpan(entry(entered, edge.target), meeting)) {
          steps.push({ edges: edgesOf(above.id), span: meeting, group: above });
        }
      }
      if (edge.kind !== 'role') continue;
      for (const role of withIncluded(edge.target)) {
        const by =
          role.id === edge.target ? '' : ` in the role ${snapshot.roles.get(edge.target)?.name ?? edge.target}`;
        const how = `${role.name}${by}${group ? ` through the group ${group.name}` : ''}`;
        const known = held.get(role.id) ?? { role, ways: [] };
        held.set(role.id, known);
        addSpan(known.ways, { ...meeting, how });
      }
    }
  }
  return held;
}

/** When both hold; undefined: never. */
function meet(a: Span, b: Span): Span | undefined {
  const [from, until] = [Math.max(a.from, b.from), Math.min(a.until, b.until)];
  return from < until ? { from, until } : undefined;
}

/** Adds it, unless one of them covers it. @returns whether it was added */
function addSpan<S extends Span>(spans: S[], span: S): boolean {
  if (spans.some(({ from, until }) => from <= span.from && span.until <= until)) return false;
  spans.push(span);
  return true;
}

function entry(entered: Map<string, Span[]>, id: string): Span[] {
  const spans = entered.get(id) ?? [];
  entered.set(id, spans);
  return spans;
}
