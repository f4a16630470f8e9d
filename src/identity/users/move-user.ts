import { problem } from '../../base/problems/problem.js';
import type { Actor } from '../../changes/actor.js';
import { changedMeanwhile, invalid, refused, type Saved, savedAs } from '../../changes/change-result.js';
import { nextSignOutEpoch } from '../../sessions/sign-out-epoch.js';
import type { Stored } from '../../storage/spec.js';
import { remove, type Write } from '../../storage/write.js';
import { PRIMARY_STORE } from '../identifiers/identifier.js';
import { claimsOf, heldIdentifiers, nameWrites } from '../identifiers/identifier-writes.js';
import { nameTurn } from '../identifiers/lookalike-usernames.js';
import { identityLinks, MOST_LINKS, newLink, type UpstreamSubject } from '../links/identity-link.js';
import { linkedAlready, linking } from '../links/linking.js';
import { credentials } from '../passwords/credential.js';
import type { UserPasswords } from '../passwords/user-passwords.js';
import type { NewPassword } from './new-user.js';
import type { UserDocuments } from './user-documents.js';
import type { User } from './user.js';

/** What a user needs in order to sign in at the new userstore. */
export interface MoveOptions {
  /** For a directory: the account there. Absent: the user is linked to one already. */
  readonly subject?: string;
  /** For `primary`. */
  readonly password?: NewPassword;
}

interface MoveParts {
  readonly documents: UserDocuments;
  readonly passwords: Pick<UserPasswords, 'refusal' | 'write'>;
}

/** See `Users.moveTo`. */
export async function moveUser(
  { documents, passwords }: MoveParts,
  by: Actor,
  id: string,
  userstore: string,
  { subject, password }: MoveOptions,
): Promise<Saved<Stored<User>>> {
  const { realm, recorder, recorded } = documents;
  const user = await documents.read(id);
  if (!user.ok) return user;
  const { version: _version, ...before } = user.value;
  if (before.userstore === userstore) return invalid(problem('userstore-already', ['userstore'], { userstore }));
  // Read after the user: whoever changes names, links or password meanwhile changes the user's version, which the commit expects.
  const [held, links, credential] = await Promise.all([
    heldIdentifiers(realm, id),
    realm.of(identityLinks).find('byUser', { userId: id }, { limit: MOST_LINKS }),
    realm.of(credentials).get(id),
  ]);
  const wayIn = userstore === PRIMARY_STORE ? await withPassword() : withLink();
  if (!wayIn.ok) return wayIn;

  const { mustChangePassword: _, ...rest } = before;
  const mustChange = wayIn.value.mustChange && { mustChangePassword: true };
  const moved = { ...rest, userstore, signedOutAt: nextSignOutEpoch(before), ...mustChange };
  const claims = claimsOf(moved);
  if (!claims.ok) return claims;
  const names = nameWrites(claims.value, held, id);
  const turn = userstore === PRIMARY_STORE ? await nameTurn(realm, before.username, id) : undefined;
  if (turn?.ok === false) return turn;
  const more = [...names, ...wayIn.value.writes, ...(turn ? [turn.value] : [])];
  const change = recorded.planChange(user.value, await documents.indexed(moved), { happened: 'moved', more });
  if (!change) return user;
  const linked = wayIn.value.link && linking(documents, newLink(id, wayIn.value.link));
  const outcome = await recorder.recordAll(by, [change, ...(linked ? [linked] : [])]);

  if (outcome.ok) return documents.read(id);
  if (outcome.refusedBy === 'store') {
    const own = change.writes[outcome.write];
    if (!own && wayIn.value.link) return linkedAlready(wayIn.value.link);
    if (names.some((write) => write === own))
      return refused('taken', problem('username-or-email-taken', ['username'], {}));
    if (turn && own === turn.value) return changedMeanwhile('user', before.username);
  }
  return savedAs({ kind: 'user', name: before.username }, outcome, user.value);

  async function withPassword(): Promise<Saved<WayIn>> {
    if (!password) return invalid(problem('move-needs-password', ['password'], {}));
    const weak = await passwords.refusal(password, before);
    if (weak) return weak;
    const { mustChange = false } = password;
    return { ok: true, value: { writes: [await passwords.write(id, password)], mustChange } };
  }

  function withLink(): Saved<WayIn> {
    const writes = credential ? [remove(credentials, id)] : [];
    const there = links.rows.filter(({ connector }) => connector === userstore);
    if (there.some((link) => subject === undefined || link.subject === subject)) return { ok: true, value: { writes } };
    if (subject === undefined) return invalid(problem('move-needs-link', ['subject'], { userstore }));
    if (links.rows.length >= MOST_LINKS) return invalid(problem('too-many-links', ['subject'], { most: MOST_LINKS }));
    return { ok: true, value: { writes, link: { connector: userstore, issuer: '', subject } } };
  }
}

interface WayIn {
  readonly writes: readonly Write[];
  readonly link?: UpstreamSubject;
  readonly mustChange?: boolean;
}
