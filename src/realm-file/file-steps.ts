import { amongRolesFault } from '../access/among-roles.js';
import { withWanted } from '../access/assign.js';
import { type HeldBoth, heldBoth, type Holders } from '../access/holds-both.js';
import { proposed } from '../access/proposal.js';
import { exclusions, newConflict } from '../access/role-conflict.js';
import { roleInput } from '../access/role-input.js';
import type { Role } from '../access/role.js';
import { conflictMessage } from '../access/separation-of-duties.js';
import type { Snapshot } from '../access/snapshot.js';
import { now } from '../base/clock.js';
import type { Edge } from '../base/edge.js';
import type { Actor } from '../changes/actor.js';
import type { Stored } from '../storage/spec.js';
import { byId, wantedAt } from './by-id.js';
import { overlay } from './overlay.js';
import type { Path } from './problem.js';
import type { Fields } from './read-realm-file.js';
import type { GroupEntry, HolderEntry } from './schema.js';
import { unmade } from './starting-from.js';

/** What stands against a step, and where in its entry. */
export interface StepFault {
  readonly at: Path;
  readonly message: string;
}

/** What a holder has once so much of an entry was given; `at`: the last of it. */
interface Given {
  readonly edges: readonly Edge[];
  readonly at: Path;
}

/** A realm that is changed by steps and written nowhere. What is refused is not done. */
export class FileSteps {
  readonly #holders: Holders;
  #snapshot: Snapshot;

  constructor(start: Snapshot, holders: Holders) {
    this.#snapshot = start;
    this.#holders = holders;
  }

  /** As it is by now. */
  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** By its name or an alias. */
  roleNamed(name: string): Stored<Role> | undefined {
    const roles = [...this.#snapshot.roles.values()];
    return roles.find((role) => role.name === name) ?? roles.find(({ aliases }) => aliases?.includes(name) === true);
  }

  /** @param fields with ids */
  async role(name: string, fields: Fields): Promise<StepFault | undefined> {
    const before = this.roleNamed(name);
    const wanted = overlay(roleInput, before, fields);
    // Whether it is right as a whole was asked before.
    if (!wanted.success) return undefined;
    const fault = amongRolesFault(wanted.data, before?.id, this.#snapshot.roles);
    if (fault !== undefined) return { at: [], message: fault };
    const { id, createdAt, since, version } = before ?? unmade();
    const after = proposed(this.#snapshot, { role: { id, createdAt, since, version, ...wanted.data } });
    const against = await this.#against(after);
    if (against)
      return { at: [exclusions(this.#snapshot).has(against.pair) ? 'includes' : 'excludes'], message: against.message };
    this.#snapshot = after;
    return undefined;
  }

  async group(entry: GroupEntry): Promise<StepFault | undefined> {
    const before = this.#snapshot;
    const group = [...before.groups.values()].find(({ name }) => name === entry.name);
    if (!group) return undefined;
    const given = this.#given(entry, group.edges);
    if ('fault' in given) return given.fault;
    const snapshots = given.steps.map(({ edges, at }) => ({
      at,
      snapshot: proposed(before, { group: group.id, edges }),
    }));
    const after = snapshots.at(-1)?.snapshot ?? before;
    const against = await this.#against(after);
    if (!against) {
      this.#snapshot = after;
      return undefined;
    }
    const { edges = [], pair, message } = against;
    const first = snapshots.find(
      ({ snapshot }) => newConflict({ edges, snapshot: before }, { edges, snapshot }, now())?.pair === pair,
    );
    return { at: first?.at ?? [], message };
  }

  /** A user or client, who has these edges before. */
  holder(entry: HolderEntry, before: readonly Edge[]): StepFault | undefined {
    const snapshot = this.#snapshot;
    const given = this.#given(entry, before);
    if ('fault' in given) return given.fault;
    const conflictOf = (edges: readonly Edge[]) => newConflict({ edges: before, snapshot }, { edges, snapshot }, now());
    const conflict = conflictOf(given.steps.at(-1)?.edges ?? before);
    if (!conflict) return undefined;
    const first = given.steps.find(({ edges }) => conflictOf(edges)?.pair === conflict.pair);
    return { at: first?.at ?? [], message: conflictMessage(conflict) };
  }

  #against(after: Snapshot): Promise<HeldBoth | undefined> {
    return heldBoth(this.#snapshot, after, this.#holders, now());
  }

  /** One thing after the other. */
  #given(
    entry: HolderEntry,
    before: readonly Edge[],
  ): { readonly steps: readonly Given[] } | { readonly fault: StepFault } {
    const steps: Given[] = [{ edges: before, at: [] }];
    let edges = before;
    for (const { wanted, at } of wantedAt(entry, byId(this.#snapshot))) {
      const next = withWanted(NOBODY, edges, wanted, this.#snapshot, { instead: true });
      if (!next.ok) return { fault: { at, message: next.refusal.message } };
      edges = next.value;
      steps.push({ edges, at });
    }
    return { steps };
  }
}

/** What is looked at here is given by nobody. */
const NOBODY: Actor = { kind: 'system', id: 'realm-file', requestId: 'check' };
