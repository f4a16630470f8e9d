import type { Snapshot } from '../../../access/evaluation/snapshot.js';
import type { User } from '../../../identity/users/user.js';
import type { LossCounts, PersonDiff, ScopeLosses, SyncScope } from '../sync-diff.js';
import { accessLabel } from './person-diff.js';

interface Counted {
  readonly scope: SyncScope;
  of: number;
  /** How many are there afterwards, as far as known. */
  left: number;
  readonly losses: LossCounts;
}

/** Counts who loses what, apart for the connector, each base, and each role and group. */
export class Losses {
  readonly #connector = counted({ kind: 'connector' });
  readonly #bases = new Map<string, Counted>();
  readonly #targets = new Map<string, Counted>();
  readonly #id: string;

  constructor(connector: string) {
    this.#id = connector;
  }

  /** Somebody whom the upstream has by our data. */
  known(base: string | undefined): void {
    this.#connector.of++;
    if (base === undefined) return;
    this.#base(base).of++;
    this.#base(base).left++;
  }

  /** The mapped roles and groups that somebody has by our data. */
  held({ assignments }: Pick<User, 'assignments'>, snapshot: Snapshot): void {
    for (const assignment of assignments) {
      const { source } = assignment;
      if (source?.kind !== 'connector' || source.id !== this.#id) continue;
      const target = this.#target(accessLabel(assignment, snapshot));
      target.of++;
      target.left++;
    }
  }

  /** Counts of each role and group of which somebody loses membership, from the store, where not everybody was read. */
  async countHeld(count: (label: string) => Promise<number>): Promise<void> {
    for (const [label, target] of this.#targets) {
      target.of = await count(label);
      target.left += target.of;
    }
  }

  /** How many people the upstream has now, of all bases. */
  present(people: ReadonlyMap<string, number>): void {
    for (const [base, counted] of this.#bases) counted.left = people.get(base) ?? 0;
  }

  /** @param held what the person has, if they are gone */
  add(diff: PersonDiff, held: readonly string[] = []): void {
    const { base, standing, lost, gained, fields } = diff;
    for (const { losses } of [this.#connector, ...(base === '' ? [] : [this.#base(base)])]) {
      if (standing === 'gone') losses.gone++;
      if (standing === 'disabled' || standing === 'expired') losses.disabled++;
      losses.membershipsLost += lost.length;
      losses.fieldsEmptied += fields.filter(({ isEmptied }) => isEmptied).length;
    }
    for (const label of lost) {
      const target = this.#target(label);
      target.losses.membershipsLost++;
      target.left--;
    }
    if (base !== '' && standing === 'gone') this.#base(base).left--;
    if (base !== '' && (diff.kind === 'new' || diff.kind === 'joined')) this.#base(base).left++;
    for (const label of gained) this.#target(label).left++;
    for (const label of held) this.#target(label).left--;
  }

  scopes(): readonly ScopeLosses[] {
    const touched = [...this.#targets.values()].filter(({ losses }) => losses.membershipsLost > 0);
    return [this.#connector, ...this.#bases.values(), ...touched].map(({ scope, of, losses }) => ({
      scope,
      of,
      losses,
    }));
  }

  /** Bases and targets that had people and have none any more. */
  emptied(): readonly SyncScope[] {
    const all = [...this.#bases.values(), ...this.#targets.values()];
    return all.filter(({ of, left }) => of > 0 && left <= 0).map(({ scope }) => scope);
  }

  #base(base: string): Counted {
    return at(this.#bases, base, { kind: 'base', base });
  }

  #target(target: string): Counted {
    return at(this.#targets, target, { kind: 'group', target });
  }
}

function at(among: Map<string, Counted>, key: string, scope: SyncScope): Counted {
  const found = among.get(key) ?? counted(scope);
  among.set(key, found);
  return found;
}

const counted = (scope: SyncScope): Counted => ({
  ...{ scope, of: 0, left: 0 },
  losses: { gone: 0, disabled: 0, membershipsLost: 0, fieldsEmptied: 0 },
});
