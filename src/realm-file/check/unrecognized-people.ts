import type { IdentityLinks } from '../../identity/links/identity-links.js';
import type { Plan } from '../plan/plan.js';
import type { ChangedIds } from '../plan/plan-connectors.js';

/** People are counted up to this number. */
const COUNTED = 1000;

/** How many people are linked by a connector after whose change they may not be recognized. */
export interface UnrecognizedPeople extends ChangedIds {
  /** At most 1,000. */
  readonly linked: number;
  /** There are more. */
  readonly more: boolean;
}

/** Of each such connector of the plan by which somebody is linked. No store call if there is none. @throws StoreUnavailable */
export async function unrecognizedPeople(
  { changedIds }: Pick<Plan, 'changedIds'>,
  links: Pick<IdentityLinks, 'count'>,
): Promise<readonly UnrecognizedPeople[]> {
  const counted = await Promise.all(
    changedIds.map(async (changed) => {
      const linked = await links.count(changed.connector, COUNTED + 1);
      return { ...changed, linked: Math.min(linked, COUNTED), more: linked > COUNTED };
    }),
  );
  return counted.filter(({ linked }) => linked > 0);
}
