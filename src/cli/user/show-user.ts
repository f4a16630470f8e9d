import { effective } from '../../access/evaluation/effective.js';
import { subjectOf } from '../../access/evaluation/subject.js';
import type { Parts } from '../../app/parts.js';
import { now } from '../../base/clock.js';
import { PRIMARY_STORE } from '../../identity/identifiers/identifier.js';
import type { IdentityLink } from '../../identity/links/identity-link.js';
import type { User } from '../../identity/users/user.js';
import type { Stored } from '../../storage/spec.js';
import { describeState } from './blocks.js';
import { describeDelays } from '../throttle/describe-delays.js';
import { moment } from '../../base/text/moment.js';
import type { Output } from '../output/output.js';
import { columns } from '../output/table.js';

/** The maximum number of sessions counted: beyond that it is enough to know that there are many. */
const SHOWN = 100;

/** Shows a user, their access, and the delays of their sign-ins. Never shows secrets. */
export async function showUser(parts: Parts, user: Stored<User>, out: Output): Promise<void> {
  const [sessions, delays, hasPassword, links, behaviour, snapshot] = await Promise.all([
    parts.sessions.list(user, { limit: SHOWN }),
    parts.unlocking.delaysOf(user),
    parts.passwords.has(user.id),
    parts.links.of(user.id),
    parts.behaviours.get(user.id),
    parts.snapshots.read(),
  ]);
  const access = effective(subjectOf(user, snapshot, now(), behaviour), { at: now() }, snapshot);
  const { username, userstore, email, emailVerified, signedOutAt, secondFactorSince } = user;
  const isHere = userstore === PRIMARY_STORE;
  const rows = [
    ['Username', username],
    ['Id', user.id],
    ['Userstore', userstore],
    ['State', describeState(user)],
    ['E-mail', email === undefined ? 'none' : `${email} (${emailVerified ? 'verified' : 'not verified'})`],
    ['Signs in by', email !== undefined && emailVerified ? `${username}, ${email}` : username],
    ['Password', isHere ? passwordState(user, hasPassword) : `at ${userstore}`],
    ['Links', listed(links.map(describeLink))],
    ['Second factor', secondFactorSince === undefined ? 'none' : `since ${moment(secondFactorSince)}`],
    ['Sessions', `${sessions.rows.length}${sessions.next === undefined ? '' : ', and perhaps more'}`],
    ['Roles', listed(access.roles)],
    ['Groups', listed(access.groups)],
    ['Segments', listed(access.segments)],
    ['Behaviour', listed((behaviour?.events ?? []).map(({ name, days }) => `${name} ${sumOf(days)}`))],
    ['Made', moment(user.createdAt)],
    ...(signedOutAt === undefined ? [] : [['Signed out', moment(signedOutAt)]]),
  ];
  for (const line of columns(rows)) out.line(line);
  for (const line of describeDelays(delays, `sign-ins of ${username}`)) out.line(line);
}

const describeLink = ({ connector, subject, linkedAt, suspendedAt, suspendedAs }: IdentityLink): string => {
  const suspended = suspendedAt === undefined ? '' : ` (${suspendedAs ?? 'gone'} there since ${moment(suspendedAt)})`;
  return `${connector} ${subject} since ${moment(linkedAt)}${suspended}`;
};

const passwordState = ({ mustChangePassword }: User, isSet: boolean): string =>
  !isSet ? 'none' : mustChangePassword ? 'to be changed at the next sign-in' : 'set';

const sumOf = (days: readonly (readonly [day: number, count: number])[]): number =>
  days.reduce((sum, [, count]) => sum + count, 0);

const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));
