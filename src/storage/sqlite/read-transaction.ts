import type { DatabaseSync } from 'node:sqlite';

/** A read transaction that the reads of one callback of the event loop share, since opening one costs more than a read. */
export interface ReadTransaction {
  /** Opens it unless it is open. */
  join(): void;
  /** The next read sees the state of its own moment. */
  end(): void;
}

const settled = Promise.resolve();

/**
 * The transaction ends with the callback, after its microtasks. A later callback may bring the answer to a write, or a request
 * sent after another process wrote. Both must find the state of that moment.
 */
export function readTransaction(db: DatabaseSync): ReadTransaction {
  const begin = db.prepare('BEGIN');
  const commit = db.prepare('COMMIT');
  let open = false;

  function end(): void {
    if (!open) return;
    open = false;
    // SQLite itself ends it after some errors.
    if (db.isOpen && db.isTransaction) commit.run();
  }
  // From inside a microtask, a tick begins when all microtasks are done.
  const endAfterMicrotasks = (): void => {
    process.nextTick(end);
  };

  return {
    join() {
      if (open) return;
      begin.run();
      open = true;
      void settled.then(endAfterMicrotasks);
    },
    end,
  };
}
