import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { auditRecords } from '../../../src/audit/audit-record.js';
import { readHead } from '../../../src/audit/chain/chain-head.js';
import { verifyTrail } from '../../../src/audit/chain/verify-trail.js';
import { secretBox } from '../../../src/base/crypto/secret-box.js';
import { rows } from '../../../src/base/paging.js';
import { openStore } from '../../../src/storage/open-store.js';
import type { Realm, Store } from '../../../src/storage/store.js';
import { type Database, databases } from '../../storage/engines.js';
import { pauseProcess } from '../../support/paused-process.js';
import { tallies, things } from '../../storage/things.js';
import { partsOf, seal, stormSpecs } from './sealing.js';

const root = join(import.meta.dirname, '../../..');
const box = secretBox([{ id: 'chain', key: Buffer.alloc(32, 1) }]);
/** Far longer than it takes: another process continues a chain within seconds. */
const PATIENCE = 60_000;

interface Child {
  readonly process: ChildProcess;
  readonly said: unknown[];
}

describe.each(databases)('two processes with one chain on a %s store', (_name, make) => {
  let database: Database;
  let store: Store;
  let realm: Realm;
  let children: readonly Child[] = [];
  beforeEach(async () => {
    database = await make();
    store = await openStore({ specs: stormSpecs, box, engine: await database.engine({ patience: 1000 }) });
    realm = store.in('r');
    children = ['a', 'b'].map(started);
  });
  afterEach(async () => {
    for (const child of children) child.process.kill('SIGKILL');
    await store.close();
    await database.drop();
  });

  function started(name: string): Child {
    const process = fork(join(import.meta.dirname, 'sealing-child.ts'), [database.address, name], {
      execArgv: ['--disable-warning=ExperimentalWarning', '--import', join(root, 'test/support/typescript-child.mjs')],
    });
    const said: unknown[] = [];
    process.on('message', (message) => {
      said.push(message);
    });
    return { process, said };
  }

  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    const giveUp = performance.now() + PATIENCE;
    while (!(await holds())) {
      const failed = children.find(({ process }) => process.exitCode !== null);
      if (failed) throw new Error(`a child ended with ${failed.process.exitCode}`);
      if (performance.now() > giveUp) throw new Error('It did not happen.');
      await delay(50);
    }
  }
  const sequence = async (): Promise<number> => (await readHead(realm)).sequence;
  const grows = async (by: number): Promise<void> => {
    const before = await sequence();
    await until(async () => (await sequence()) >= before + by);
  };

  /** Stops it at some point of its work, but not inside a transaction of SQLite, which would stop everybody. */
  async function stop({ process, said }: Child): Promise<void> {
    for (;;) {
      pauseProcess(process.pid);
      const isFree = await realm
        .of(tallies)
        .increment('probe', 'n', 1)
        .catch(() => undefined);
      if (isFree) return;
      process.kill('SIGCONT');
      const before = said.length;
      await until(() => said.length > before);
    }
  }

  /** Kills both in the midst of their work, takes in what they left, and reads everything. */
  async function expectWhole(): Promise<void> {
    await Promise.all(
      children.map(async ({ process }) => {
        if (process.signalCode !== null) return;
        const ended = once(process, 'exit');
        process.kill('SIGKILL');
        await ended;
      }),
    );
    // Until their lease has ended, and MongoDB gave up what they had under way.
    await until(() =>
      seal(store, realm, { lease: 'job audit-chain' }).then(
        () => true,
        () => false,
      ),
    );
    const changes: string[] = [];
    for await (const { id } of rows((page) => realm.of(things).find('all', {}, page))) changes.push(id);
    const recorded: string[] = [];
    for await (const { subjectId } of rows((page) => realm.of(auditRecords).find('byTime', {}, page)))
      recorded.push(subjectId ?? '');
    expect(recorded.toSorted()).toEqual(changes.toSorted());
    const answered = children.flatMap(({ said }) => said).filter((each) => String(each).includes('-'));
    expect(changes).toEqual(expect.arrayContaining(answered));
    const { findings, links, pending } = await verifyTrail(partsOf(realm));
    expect(findings.first).toEqual([]);
    expect({ links, pending: pending.count }).toEqual({ links: changes.length, pending: 0 });
  }

  test('continue it without gap or fork when its holder is stopped past the lease and let go on', async () => {
    const isHolder = ({ said }: Child): boolean => said.includes('holds');
    await until(() => children.some(isHolder));
    await grows(20);
    const holder = children.findLast((child) => isHolder(child) && !child.said.includes('lost'));
    const other = children.find((child) => child !== holder);
    if (!holder || !other) throw new Error('nobody holds it');
    const before = other.said.filter((each) => each === 'holds').length;
    await stop(holder);
    await until(() => other.said.filter((each) => each === 'holds').length > before);
    await grows(20);
    holder.process.kill('SIGCONT');
    const answered = holder.said.length;
    await until(() => holder.said.length > answered + 5);
    await grows(20);
    await expectWhole();
  }, 180_000);

  test('leave no change without its record, and no record without its change, when they are killed', async () => {
    await grows(30);
    const killed = children.find(({ said }) => said.includes('holds'));
    killed?.process.kill('SIGKILL');
    await grows(30);
    await expectWhole();
  }, 180_000);
});
