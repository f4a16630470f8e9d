import { createRequire } from 'node:module';
import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import mongoose, { type mongo } from 'mongoose';

const { MongoNetworkError } = mongoose.mongo;

interface Connection extends EventEmitter {
  command(...given: readonly unknown[]): Promise<unknown>;
}
type ConnectionClass = new (socket: Socket, options: unknown) => Connection;

// The driver does not export it. This resolves it from the driver that mongoose uses.
const here = createRequire(import.meta.url);
const { Connection: Base } = createRequire(here.resolve('mongoose'))('mongodb/lib/cmap/connection.js') as {
  readonly Connection: ConnectionClass;
};

/**
 * The driver's connection (7.8), with two faults repaired. See decision 053; a test fails when a release changes the repaired
 * code.
 *
 * A command whose connection is destroyed before or while it is written waits for the socket's `drain`, which never comes. The
 * caller gets no answer, and the pool never gets the connection back. Here it ends with a network error.
 *
 * A network error of a connection whose pool was cleared meanwhile carries no label. The driver then retries no write and no
 * commit, although the server would recognise them. Here it carries the labels that the specification requires.
 */
class DriverConnection extends Base {
  constructor(socket: Socket, options: unknown) {
    super(socket, options);
    this.once('close', () => {
      const ended = new MongoNetworkError('the connection was closed before its command was sent');
      socket.write = () => {
        throw ended;
      };
      // Received by whoever waits for `drain`.
      if (socket.listenerCount('error') > 0) socket.emit('error', ended);
    });
  }

  override async command(...given: readonly unknown[]): Promise<unknown> {
    try {
      return await super.command(...given);
    } catch (error) {
      if (error instanceof MongoNetworkError) label(error, given[1], given[2]);
      throw error;
    }
  }
}

/** Within a transaction, except at its end, the whole transaction is repeated; anything else is sent again. */
function label(error: InstanceType<typeof MongoNetworkError>, command: unknown, options: unknown): void {
  const { commitTransaction, abortTransaction } = command as Readonly<Record<string, unknown>>;
  const { session } = (options ?? {}) as { readonly session?: mongo.ClientSession };
  const isWithin = commitTransaction === undefined && abortTransaction === undefined && session?.inTransaction();
  error.addErrorLabel(isWithin ? 'TransientTransactionError' : 'RetryableWriteError');
}

/** For `MongoClient`: an option that the driver reads but does not declare. */
export const mendedConnections = { connectionType: DriverConnection };
