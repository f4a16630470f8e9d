import type { UpstreamGroup } from '../../../identity/userstores/password-connector.js';
import { ProviderFailure } from '../client/faults.js';
import { joinedText } from './joined-text.js';
import { valueAt } from './json-path.js';
import type { GroupList } from './oauth2-settings.js';
import type { ProviderApi } from './provider-api.js';

const MOST_GROUPS = 2000;

/**
 * The groups of every list, whole or not at all, since access must not depend on which of them are read.
 *
 * A provider that refuses a list fails the sign-in. If its groups were not told, whoever left an organization could keep a role by not
 * letting Gatehouse read the list.
 *
 * @throws ProviderFailure
 */
export async function readGroups(api: ProviderApi, lists: readonly GroupList[]): Promise<readonly UpstreamGroup[]> {
  const groups = (await Promise.all(lists.map((list) => readList(api, list)))).flat();
  if (groups.length > MOST_GROUPS) throw new ProviderFailure('too-many-groups');
  return groups;
}

async function readList(api: ProviderApi, list: GroupList): Promise<readonly UpstreamGroup[]> {
  try {
    return (await api.list(list, 'too-many-groups')).map((item) => groupOf(item, list));
  } catch (error) {
    if (!(error instanceof ProviderFailure) || error.fault.reason !== 'userinfo-refused') throw error;
    throw new ProviderFailure('groups-refused', error.fault.details, { cause: error });
  }
}

function groupOf(item: unknown, { name: names, id: idPath, idPrefix }: GroupList): UpstreamGroup {
  const name = joinedText(names.map((path) => valueAt(item, path)));
  const id = idPath === undefined ? undefined : joinedText([valueAt(item, idPath)]);
  if (name === undefined || (idPath !== undefined && id === undefined)) throw new ProviderFailure('body-invalid');
  return { name, ...(id !== undefined && { id: `${idPrefix}${id}` }) };
}
