import { readPermissionTarget } from '../../access/model/permission-target.js';
import type { Snapshot } from '../../access/evaluation/snapshot.js';
import type { Assignment } from '../../base/assignment.js';
import { GatehouseError } from '../../base/errors.js';
import { hashOf } from '../../base/crypto/hash-of.js';
import type { Config } from '../../config/config.js';
import { type IssueRecord, type OverBudgetRecord, tokens } from '../../sessions/tokens/token.js';
import { moment } from '../../base/text/moment.js';
import type { Output } from '../output/output.js';
import { withParts } from '../with-parts.js';

/**
 * Explains an access token by its `jti`, or an opaque one by itself: the assignments behind its content, who made them, and
 * whether they still exist.
 *
 * @throws GatehouseError `bad-configuration` if there is no record of it, because it never existed or has expired;
 * StoreUnavailable
 */
export async function explainTokenCommand(jti: string, config: Config, out: Output): Promise<void> {
  await withParts(config, async ({ realm, users, clients, snapshots }) => {
    const token = await realm.of(tokens).get(hashOf(jti));
    if (!token?.record) {
      throw new GatehouseError(
        'bad-configuration',
        'There is no record of a token with this jti: none was issued, it has expired, or it is for no API.',
      );
    }
    const snapshot = await snapshots.read();
    const holder = token.userId === undefined ? await clients.get(token.clientId) : await users.get(token.userId);
    const who = holder && 'username' in holder ? holder.username : token.clientId;
    const { audience, scope } = token.record;
    out.line(`A token of ${who}, for the client ${token.clientId}, at ${audience}.`);
    out.line(
      `Issued ${moment(token.issuedAt)}, good until ${moment(token.expiresAt)}, with the scopes ${scope.join(' ') || 'none'}.`,
    );
    if (token.record.overBudget) out.line(overBudgetLine(token.record.overBudget));
    for (const line of reasonsOf(token.record, holder?.assignments ?? [], snapshot)) out.line(`- ${line}`);
  });
}

const overBudgetLine = ({ bytes, budget, rule, leftOut }: OverBudgetRecord): string =>
  `It would have had ${bytes} bytes of ${budget}: ` +
  (rule === 'reference' ? 'so a reference was handed out.' : `${leftOut.join(', ')} were left out.`);

function reasonsOf(
  { assignmentIds, roles, groups }: IssueRecord,
  own: readonly Assignment[],
  snapshot: Snapshot,
): string[] {
  const known = new Map<string, { readonly assignment: Assignment; readonly of: string }>();
  for (const assignment of own) known.set(assignment.id, { assignment, of: 'their own' });
  for (const { id } of groups) {
    const group = snapshot.groups.get(id);
    for (const assignment of group?.assignments ?? [])
      known.set(assignment.id, { assignment, of: `of the group ${group?.name ?? id}` });
  }
  const changed = [...roles, ...groups].flatMap(({ id, version }) => {
    const now = snapshot.roles.get(id) ?? snapshot.groups.get(id);
    return now && now.version !== version ? [`${now.name} has been changed since.`] : [];
  });
  return [
    ...assignmentIds.map((id) => {
      if (id === 'everyone') return 'What everybody has.';
      if (id.startsWith('segment:')) {
        return `The segment ${snapshot.groups.get(id.slice('segment:'.length))?.name ?? id}, by its rule.`;
      }
      const found = known.get(id);
      if (!found) return `Something by the assignment ${id}, which has been taken away since.`;
      const { assignment, of } = found;
      const until = assignment.validUntil === undefined ? '' : `, until ${moment(assignment.validUntil)}`;
      const reason = assignment.reason === undefined ? '' : `, because: ${assignment.reason}`;
      return `${targetOf(assignment, snapshot)}, ${of}: given by ${assignment.grantedBy} at ${moment(assignment.grantedAt)}${until}${reason}.`;
    }),
    ...changed,
  ];
}

function targetOf({ kind, target }: Assignment, { roles, groups }: Snapshot): string {
  switch (kind) {
    case 'role':
      return `The role ${roles.get(target)?.name ?? target}`;
    case 'membership':
      return `The group ${groups.get(target)?.name ?? target}`;
    case 'customer-group':
      return `The customer group ${groups.get(target)?.name ?? target}`;
    case 'permission':
      return `The permission ${readPermissionTarget(target)?.permission ?? target}`;
  }
}
