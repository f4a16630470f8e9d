/**
 * A MongoDB replica set of three members, each a process of its own, in which elections are quick. Node may run this file as it is, so it
 * imports nothing of ours but what it may run too.
 */
import { setTimeout as delay } from 'node:timers/promises';
import mongoose from 'mongoose';
import { type Mongod, startMongod } from './mongod-process.ts';

export interface ReplicaSet {
  /** Names all members, and no database. */
  readonly url: string;
  readonly members: readonly Mongod[];
  /** Asks the members themselves; the one of the highest term where two take themselves for it. */
  primary(): Promise<Mongod>;
  /** Tells the primary to step down; resolves when another one is elected. */
  stepDown(): Promise<void>;
  /** Resolves when a member other than this one is primary, with that one. */
  replaced(before: Mongod): Promise<Mongod>;
  /** Resolves when each member is primary or secondary. */
  healthy(): Promise<void>;
  /** Whether this member takes over what the primary writes; it votes and answers all the same. */
  replicates(member: Mongod, does: boolean): Promise<void>;
  end(): Promise<void>;
}

interface Hello {
  readonly isWritablePrimary?: boolean;
  readonly secondary?: boolean;
  readonly setName?: string;
  readonly electionId?: { toString(): string };
}

/** Two seconds: shorter than any installation should have it, and as short as Gatehouse is sure with. */
const ELECTION = 2000;
/** Lets a test hold back what a member does by itself. */
const TESTED = ['--setParameter', 'enableTestCommands=1'];

export async function startReplicaSet(): Promise<ReplicaSet> {
  const members: Mongod[] = [];
  try {
    for (let i = 0; i < 3; i++) members.push(await startMongod({ uninitiated: true, args: TESTED }));
    await asked(members[0] as Mongod, {
      replSetInitiate: {
        _id: 'rs0',
        members: members.map(({ port }, _id) => ({ _id, host: `127.0.0.1:${port}` })),
        // Each follows the primary itself, so that one that is held back holds nobody else back.
        settings: { electionTimeoutMillis: ELECTION, chainingAllowed: false },
      },
    });
  } catch (error) {
    await Promise.all(members.map((member) => member.end()));
    throw error;
  }
  const set: ReplicaSet = {
    url: `mongodb://${members.map(({ port }) => `127.0.0.1:${port}`).join(',')}/?replicaSet=rs0`,
    members,
    primary: () => primaryAmong(members),
    async stepDown() {
      const before = await set.primary();
      await asked(before, { replSetStepDown: 10, secondaryCatchUpPeriodSecs: 5 });
      await set.replaced(before);
    },
    replaced: (before) => primaryAmong(members.filter((member) => member !== before)),
    async healthy() {
      await set.primary();
      const isUp = async (member: Mongod): Promise<boolean> => {
        const hello = (await asked(member, { hello: 1 }).catch(() => ({}))) as Hello;
        return hello.isWritablePrimary === true || hello.secondary === true;
      };
      const until = Date.now() + 60_000;
      while (!(await Promise.all(members.map(isUp))).every(Boolean)) {
        if (Date.now() > until) throw new Error('A member of the replica set does not come up.');
        await delay(100);
      }
    },
    async replicates(member, does) {
      await asked(member, { configureFailPoint: 'stopReplProducer', mode: does ? 'off' : 'alwaysOn' });
    },
    async end() {
      await Promise.all(members.map((member) => member.end()));
    },
  };
  await set.healthy();
  return set;
}

async function primaryAmong(members: readonly Mongod[]): Promise<Mongod> {
  const until = Date.now() + 60_000;
  for (;;) {
    const answers = await Promise.all(
      members.map(async (member) => ({
        member,
        hello: (await asked(member, { hello: 1 }).catch(() => ({}))) as Hello,
      })),
    );
    const [latest] = answers
      .filter(({ hello }) => hello.isWritablePrimary)
      .sort((a, b) => (String(a.hello.electionId) < String(b.hello.electionId) ? 1 : -1));
    if (latest) return latest.member;
    if (Date.now() > until) throw new Error('The replica set elected no primary.');
    await delay(100);
  }
}

/** Runs a command on one member over a separate connection. It fails soon when that member does not answer. */
async function asked(member: Mongod, command: Readonly<Record<string, unknown>>): Promise<unknown> {
  const connection = mongoose.createConnection();
  connection.on('error', () => undefined);
  const options = { directConnection: true, serverSelectionTimeoutMS: 1000, connectTimeoutMS: 1000 };
  const given = (async () => {
    await connection.openUri(member.url, options);
    return await connection.db?.admin().command(command);
  })();
  try {
    return await Promise.race([
      given,
      delay(15_000, undefined, { ref: false }).then(() => {
        throw new Error('It does not answer.');
      }),
    ]);
  } finally {
    void connection.close().catch(() => undefined);
  }
}
