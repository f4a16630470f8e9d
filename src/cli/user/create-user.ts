import { assign, type NewAssignment } from '../../access/model/assign.js';
import { snapshotNames } from '../output/snapshot-names.js';
import type { Parts } from '../../app/parts.js';
import type { Actor } from '../../changes/actor.js';
import type { Output } from '../output/output.js';
import { type PasswordChoice, passwordFor } from '../arguments/password-input.js';
import { saved } from '../output/unwrap.js';

export interface NewPerson {
  readonly username: string;
  readonly email?: string;
  readonly emailVerified: boolean;
  readonly name?: string;
  /** Absent: a random one. */
  readonly id?: string;
  /** By name. */
  readonly roles: readonly string[];
  readonly groups: readonly string[];
}

interface Creation {
  readonly person: NewPerson;
  readonly password: PasswordChoice;
}

/** Creates a user. Roles and groups are looked up first, so that a wrong name creates no user. */
export async function createUser(parts: Parts, by: Actor, { person, password }: Creation, out: Output): Promise<void> {
  const snapshot = await parts.snapshots.read();
  const names = snapshotNames(snapshot);
  const wanted: NewAssignment[] = [
    ...person.groups.map((name) => ({ group: names.group(name) })),
    ...person.roles.map((name) => ({ role: names.role(name) })),
  ];
  const { username, email, emailVerified, name, id } = person;
  const given = await passwordFor(password);
  const user = saved(
    await parts.users.create(by, {
      username,
      password: given,
      emailVerified,
      ...(email !== undefined && { email }),
      ...(name !== undefined && { profile: { name } }),
      ...(id !== undefined && { id }),
    }),
  );
  if (given.generated) out.line(`Password of ${username}: ${given.clear}`);
  if (wanted.length > 0) saved(await assign(by, parts.users, user, wanted, snapshot));
  out.line(`${username} can sign in${given.mustChange ? ', and chooses another password then' : ''}.`);
}
