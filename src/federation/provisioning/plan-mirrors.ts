import { hash } from 'node:crypto';
import { compiled } from '../../access/evaluation/snapshot-index.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import type { Group } from '../../identity/groups/group.js';
import type { Stored } from '../../storage/spec.js';
import type { MirrorTarget } from '../mapping/map-groups.js';

/** What a sign-in changes of the groups that a connector mirrors, before the user becomes a member. */
export interface MirrorPlan {
  /** The ids of the groups here that exist, of which the user is a member. */
  readonly existing: readonly string[];
  readonly creations: readonly MirrorCreation[];
  readonly renamings: readonly MirrorRenaming[];
  /** Groups of the upstream that are not mirrored now. */
  readonly leftOut: { readonly tooMany: number; readonly nameTaken: number };
}

export interface MirrorCreation {
  readonly upstreamId: string;
  /** As the upstream calls it. */
  readonly upstreamName: string;
  readonly name: string;
}

export interface MirrorRenaming {
  readonly group: Stored<Group>;
  readonly name: string;
}

/** A directory may hold more groups than a realm keeps in memory. */
export const MOST_MIRRORED = 1000;
/** A sign-in makes no more; the next one goes on. */
export const MOST_CREATED = 20;

/** Whether the plan changes any group. */
export const changesGroups = ({ creations, renamings }: MirrorPlan): boolean => creations.length + renamings.length > 0;

/**
 * Finds the mirrors of these groups of the upstream, and names those that are missing. A group is found by its id alone, never by its
 * name: a group of ours with that name stays as it is, and the mirror gets another name. Pure.
 */
export function planMirrors(
  connector: string,
  targets: readonly MirrorTarget[],
  snapshot: Snapshot,
  mostCreated = MOST_CREATED,
): MirrorPlan {
  const index = compiled(snapshot);
  const mirrored = index.mirroredBy(connector);
  const { groups } = index.idsByName();
  /** Names that this plan gives. A copy of all names would cost more than the plan. */
  const given = new Set<string>();
  const [existing, creations, renamings]: [string[], MirrorCreation[], MirrorRenaming[]] = [[], [], []];
  const leftOut = { tooMany: 0, nameTaken: 0 };
  for (const { id: upstreamId, name: upstreamName } of targets) {
    const group = mirrored.get(upstreamId);
    const names = possibleNames(connector, upstreamId, upstreamName);
    const name = names.find((one) => !groups.has(one) && !given.has(one));
    if (group) {
      existing.push(group.id);
      // It keeps a longer name although the shorter one is free by now: whoever refers to it knows it by that.
      if (names.includes(group.name)) continue;
      if (name === undefined) leftOut.nameTaken++;
      else renamings.push({ group, name });
    } else if (creations.length >= mostCreated || mirrored.size + creations.length >= MOST_MIRRORED) {
      leftOut.tooMany++;
      continue;
    } else if (name === undefined) leftOut.nameTaken++;
    else creations.push({ upstreamId, upstreamName, name });
    if (name !== undefined) given.add(name);
  }
  return { existing, creations, renamings, leftOut };
}

const LONGEST_NAME = 255;

/** The upstream's name, and those that it has where others are taken: `Sales`, `corp: Sales`, `corp: Sales (1f2e3d4c)`. */
function possibleNames(connector: string, upstreamId: string, name: string): readonly string[] {
  const digest = hash('sha256', upstreamId).slice(0, 8);
  return [name, cut(`${connector}: ${name}`, ''), cut(`${connector}: ${name}`, ` (${digest})`)];
}

/** A cut may leave half of a character, or a space at the end. */
const cut = (text: string, end: string): string =>
  text.length + end.length <= LONGEST_NAME
    ? text + end
    : `${text
        .slice(0, LONGEST_NAME - end.length)
        .replace(/[\ud800-\udbff]$/, '')
        .trimEnd()}${end}`;
