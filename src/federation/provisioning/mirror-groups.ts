import type { Actor } from '../../changes/actor.js';
import type { ChangeRefusal, Saved } from '../../changes/change-result.js';
import type { GroupService } from '../../identity/groups/group-service.js';
import { require } from '../../storage/write.js';
import { connectors } from '../connectors/connector.js';
import type { ConnectorEvent } from '../contract/connector-kind.js';
import type { MirrorPlan } from './plan-mirrors.js';

/**
 * Creates and renames mirrored groups as planned, each in a change of its own. `overtaken`: another sign-in was quicker, and a new plan
 * finds its groups.
 */
export type MirrorGroups = (by: Actor, connector: string, plan: MirrorPlan) => Promise<'done' | 'overtaken'>;

export function mirroringGroups(parts: {
  readonly groups: Pick<GroupService, 'createMirrored' | 'renameMirrored'>;
  /** Makes this process see the changes of others. */
  readonly refresh: () => Promise<void>;
  readonly report: (connector: string, event: ConnectorEvent) => void;
}): MirrorGroups {
  const { groups, refresh, report } = parts;

  return async (by, connector, { creations, renamings }) => {
    const outcomes: Saved<unknown>[] = [];
    // A connector that is removed meanwhile leaves no group behind.
    const exists = require(connectors, connector);
    for (const { group, name } of renamings) outcomes.push(await groups.renameMirrored(by, group, name, connector));
    for (const { name, upstreamId } of creations)
      outcomes.push(await groups.createMirrored(by, { name, connector, upstreamId }, [exists]));
    const refusals = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.refusal]));
    for (const { code, problems } of refusals) {
      if (isOvertaken({ code })) continue;
      report(connector, { reason: 'group-not-mirrored', details: { code: problems[0]?.code ?? code } });
    }
    if (!refusals.some(isOvertaken)) return 'done';
    await refresh();
    return 'overtaken';
  };
}

const isOvertaken = ({ code }: Pick<ChangeRefusal, 'code'>): boolean => code === 'taken' || code === 'changed';
