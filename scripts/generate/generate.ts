/**
 * generate: a realm of any size, for measurements (`npm run generate`).
 *
 * Writes what the services would write, with their own functions and in the engines' own layout, but many documents at a time:
 * users with index fields, identifiers and passwords, groups and roles. Omits audit and history records, and the markers for
 * running servers: no server may use the store meanwhile.
 */
import type * as OpenEngineModule from '../../src/app/open-engine.js';
import type * as RoleModule from '../../src/access/model/role.js';
import type { Config } from '../../src/config/config.js';
import type * as ClaimsOfNamesModule from '../../src/identity/identifiers/identifier-writes.js';
import type * as CredentialModule from '../../src/identity/passwords/credential.js';
import type * as GroupModule from '../../src/identity/groups/group.js';
import type * as IdentifierModule from '../../src/identity/identifiers/identifier.js';
import type * as NewUserModule from '../../src/identity/users/new-user.js';
import type * as UserModule from '../../src/identity/users/user.js';
import type * as WithPartsModule from '../../src/cli/with-parts.js';
import type { InstallationOptions } from '../../src/app/installation.js';
import { setTimeout as later } from 'node:timers/promises';
import type * as ErrorsModule from '../../src/base/errors.js';
import type * as DocumentCheckModule from '../../src/storage/checks/document-check.js';
import type { Engine, WalkedRow } from '../../src/storage/engine.js';
import type { AnySpec } from '../../src/storage/spec.js';
import { built } from './built.ts';
import { idOf } from './ids.ts';
import { personOf, usernameOf, withinOf } from './people.ts';
import type { Sizes } from './sizes.ts';
import { CUSTOMER_GROUPS, customerGroupOf, groupOf, MADE_AT, roleOf } from './structure.ts';

const { withParts } = (await built('cli/with-parts.js')) as typeof WithPartsModule;
const { openEngine } = (await built('app/open-engine.js')) as typeof OpenEngineModule;
const { checkDocument } = (await built('storage/checks/document-check.js')) as typeof DocumentCheckModule;
const { StoreUnavailable } = (await built('base/errors.js')) as typeof ErrorsModule;
const { roles } = (await built('access/model/role.js')) as typeof RoleModule;
const { groups } = (await built('identity/groups/group.js')) as typeof GroupModule;
const { users } = (await built('identity/users/user.js')) as typeof UserModule;
const { identifiers } = (await built('identity/identifiers/identifier.js')) as typeof IdentifierModule;
const { credentials } = (await built('identity/passwords/credential.js')) as typeof CredentialModule;
const { newUser } = (await built('identity/users/new-user.js')) as typeof NewUserModule;
const { claimsOf, identifiersOf } = (await built(
  'identity/identifiers/identifier-writes.js',
)) as typeof ClaimsOfNamesModule;

export interface Wanted {
  readonly sizes: Sizes;
  /** The identifier of the resource server whose permissions the roles contain. */
  readonly resourceServer: string;
  /** The password of every user, hashed once. */
  readonly password: string;
  /** Called with the number of users so far. */
  readonly say?: (people: number) => void;
}

/** Users per transaction, which must not exceed the store's time limit. */
const BATCH = 2000;
/** Rows that even a busy machine writes within that limit. */
const FEWEST_ROWS = 100;
const MOST_TRIES = 30;
const REST_MS = 2000;

/**
 * For a bootstrapped store. Keeps the result of an earlier run with as many groups and roles, and continues after it; returns
 * how many users existed.
 * @throws {Error} if there is no such resource server
 */
export async function generate(config: Config, wanted: Wanted, options?: InstallationOptions): Promise<number> {
  return withParts(
    config,
    async ({ realm, hasher, resourceServers, identifiers: names }) => {
      const server = await resourceServers.get(wanted.resourceServer);
      if (!server) throw new Error(`There is no resource server ${wanted.resourceServer}.`);
      const there = await peopleThere(
        async (at) => (await names.findUser(usernameOf(at))) !== undefined,
        wanted.sizes.users,
      );
      const credential = { ...(await hasher.hash(wanted.password)), setAt: MADE_AT, generated: false };
      const engine = await openEngine(config.store);
      try {
        await engine.prepare([roles, groups, users, identifiers, credentials]);
        const write = writingTo(engine, realm.id);
        await writeStructure(
          write,
          wanted,
          server.permissions.map(({ name }) => name),
        );
        let writing: Promise<void> = Promise.resolve();
        for (let from = there; from < wanted.sizes.users; from += BATCH) {
          const to = Math.min(from + BATCH, wanted.sizes.users);
          // Created while the previous ones are written, which happens in a thread or process of the store.
          const people = numbers(from, to).map((at) => personDocuments(at, wanted.sizes));
          await writing;
          writing = writePeople(write, people, credential).then(() => wanted.say?.(to));
        }
        await writing;
        return there;
      } finally {
        await engine.close();
      }
    },
    options,
  );
}

type Writing = (spec: AnySpec, documents: readonly object[]) => Promise<void>;

const writingTo =
  (engine: Engine, realm: string): Writing =>
  async (spec, documents) => {
    const rows = documents.map((document) => ({
      realm,
      version: 1,
      shape: spec.version,
      document: checkDocument(spec, document),
    }));
    await adoptPatiently(engine, spec, rows);
  };

/** Writes in smaller parts when the store runs out of time, and waits when even those take too long. Writing a row again changes nothing. */
async function adoptPatiently(engine: Engine, spec: AnySpec, rows: readonly WalkedRow[], tries = 0): Promise<void> {
  try {
    await engine.adopt(spec, rows);
  } catch (error) {
    if (!(error instanceof StoreUnavailable) || tries === MOST_TRIES) throw error;
    if (rows.length > FEWEST_ROWS) {
      const half = Math.ceil(rows.length / 2);
      await adoptPatiently(engine, spec, rows.slice(0, half));
      await adoptPatiently(engine, spec, rows.slice(half));
    } else {
      await later(REST_MS);
      await adoptPatiently(engine, spec, rows, tries + 1);
    }
  }
}

async function writeStructure(
  write: Writing,
  { sizes, resourceServer }: Wanted,
  permissions: readonly string[],
): Promise<void> {
  await write(
    roles,
    numbers(0, sizes.roles).map((at) => roleOf(at, resourceServer, permissions)),
  );
  await write(groups, CUSTOMER_GROUPS.map(customerGroupOf));
  for (let from = 0; from < sizes.groups; from += BATCH) {
    const some = numbers(from, Math.min(from + BATCH, sizes.groups));
    await write(
      groups,
      some.map((at) => groupOf(at, sizes)),
    );
  }
}

/** Identifiers are written last, so that every user that can be found is complete. */
async function writePeople(
  write: Writing,
  people: readonly PersonDocuments[],
  password: CredentialModule.Credential['password'],
): Promise<void> {
  await Promise.all([
    write(
      users,
      people.map(({ user }) => user),
    ),
    write(
      credentials,
      people.map(({ user }) => ({ id: user.id, password })),
    ),
  ]);
  await write(
    identifiers,
    people.flatMap((person) => person.identifiers),
  );
}

interface PersonDocuments {
  readonly user: UserModule.User;
  readonly identifiers: readonly IdentifierModule.Identifier[];
}

/** A person's documents as the service makes them, but for ids and times. @throws {Error} for names that it would refuse */
function personDocuments(at: number, sizes: Sizes): PersonDocuments {
  const wanted = personOf(at, sizes);
  const claims = claimsOf(wanted);
  if (!claims.ok) throw new Error(claims.refusal.problems.map(({ code }) => code).join(', '));
  const user = {
    ...newUser(wanted, withinOf(at, sizes), MADE_AT),
    id: idOf(`user ${at}`),
    segments: [],
  };
  const found = identifiersOf(user.id, claims.value).map((each) => ({
    ...each,
    id: idOf(`identifier ${each.kind} ${at}`),
  }));
  return { user, identifiers: found };
}

/** The number of existing users, who were created in numerical order. */
async function peopleThere(isThere: (at: number) => Promise<boolean>, most: number): Promise<number> {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await isThere(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);
