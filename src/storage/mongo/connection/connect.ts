import mongoose, { type Connection, type mongo } from 'mongoose';
import { GatehouseError, StoreUnavailable } from '../../../base/errors.js';
import { mendedConnections } from './driver-connection.js';
import { translated, UNAUTHORIZED } from './unavailable.js';

export interface Connected {
  readonly connection: Connection;
  readonly client: mongo.MongoClient;
  readonly database: mongo.Db;
}

/** Connections per process; calls of one tick travel together, so few suffice. */
const POOL = 32;
const DATABASE = 'gatehouse';
/** The minimum of the driver: a primary that is silent for longer may have been replaced. See primary-watch.ts. */
const HEARTBEAT = 500;

/**
 * Connects, and verifies that this MongoDB can keep the port's guarantees.
 *
 * @param patience the maximum wait for a primary or a connection, in milliseconds
 * @param calledAs the store's name in messages: the setting or option with the URL
 * @throws GatehouseError `bad-configuration` with a message that never shows the URL's password
 * @throws StoreUnavailable if it does not answer
 */
export async function connect(url: string, patience: number, calledAs: string): Promise<Connected> {
  const connection = mongoose.createConnection();
  // Callers receive the errors of their operations; mongoose's own events would be unhandled.
  connection.on('error', () => undefined);
  try {
    await connection.openUri(url, {
      dbName: databaseOf(url),
      appName: 'gatehouse',
      autoIndex: false,
      autoCreate: false,
      bufferCommands: false,
      maxPoolSize: POOL,
      serverSelectionTimeoutMS: patience,
      waitQueueTimeoutMS: patience,
      // The heartbeat detects a server that does not answer, and interrupts operations that wait for it.
      connectTimeoutMS: patience,
      heartbeatFrequencyMS: HEARTBEAT,
      ...mendedConnections,
      retryReads: true,
      retryWrites: true,
    });
    const client = connection.getClient();
    const database = client.db(databaseOf(url));
    const hello = await database.command({ hello: 1 }, { readPreference: 'primary' });
    // A mongos has no set name of its own, but the shards behind it do.
    if (hello['setName'] === undefined && hello['msg'] !== 'isdbgrid') throw standalone(url, calledAs);
    // Sends the command of the first read, so that missing rights are reported here.
    await database.command({ listCollections: 1, nameOnly: true, authorizedCollections: true });
    return { connection, client, database };
  } catch (error) {
    await connection.close(true).catch(() => undefined);
    throw refusal(url, calledAs, error);
  }
}

/** The database in the URL, otherwise `gatehouse`; MongoDB's own default is named "test". */
export function databaseOf(url: string): string {
  const path = /^mongodb(?:\+srv)?:\/\/[^/?]*\/([^?]*)/.exec(url)?.[1];
  return path ? decodeURIComponent(path) : DATABASE;
}

/** `host:port/database`: the only part of a URL that may be shown. */
function shown(url: string): string {
  const hosts = /^mongodb(?:\+srv)?:\/\/(?:.*@)?([^/?@]*)/.exec(url)?.[1] ?? '';
  return hosts;
}

const standalone = (url: string, calledAs: string): GatehouseError =>
  new GatehouseError(
    'bad-configuration',
    `${calledAs} points at a standalone MongoDB (${shown(url)}), which has no transactions, so what belongs together ` +
      'could be written by half. Start it with --replSet rs0 and run rs.initiate() in mongosh once (one member is enough), ' +
      'or use a sqlite: path.',
  );

/** The error for a user without the required rights. */
export const lacksRights = (url: string, calledAs: string): GatehouseError =>
  pointsAt(url, calledAs, 'where this user may not do what is needed. Give it the role readWrite on that database.');

// Without the cause: a driver's error about a URL may repeat it.
const pointsAt = (url: string, calledAs: string, why: string): GatehouseError =>
  new GatehouseError('bad-configuration', `${calledAs} points at MongoDB at ${shown(url)}, ${why}`);

function refusal(url: string, calledAs: string, error: unknown): GatehouseError {
  if (error instanceof GatehouseError) return error;
  const { name, message, code } = error as { name?: string; message?: string; code?: unknown };
  const text = `${name ?? ''} ${message ?? ''} ${describeServers(error)}`;
  const bad = (why: string): GatehouseError => pointsAt(url, calledAs, why);
  if (code === 18 || /auth(?:entication)? failed|bad auth/i.test(text)) {
    return bad('which refuses the username and password of the URL. Mend them, or authSource.');
  }
  if (code === UNAUTHORIZED) return lacksRights(url, calledAs);
  if (/ENOTFOUND|EAI_AGAIN|ENODATA|querySrv/.test(text)) {
    return bad('but there is no host of that name. Mend the URL, or the name service.');
  }
  if (/RSGhost/.test(text)) {
    return bad('which is a member of a replica set that does not exist yet. Run rs.initiate() in mongosh once.');
  }
  if (
    /MongoParseError|MongoInvalidArgument|MongoAPIError|MongoMissing|URIError|ERR_INVALID_URL|MongoRuntimeError Unable to parse|ERR_SOCKET_BAD_PORT/.test(
      text,
    )
  ) {
    return bad(
      'but the URL says something that MongoDB does not understand. Compare it with the connection string reference.',
    );
  }
  if (/MongoServerSelectionError|MongoNetwork|ECONNREFUSED/.test(text)) {
    return new StoreUnavailable(
      `MongoDB at ${shown(url)} can't be reached, or has no primary. Start it, or mend ${calledAs}`,
    );
  }
  return translated(error);
}

/** The known state of each server after a failed server selection. */
function describeServers(error: unknown): string {
  const { reason } = error as { reason?: { servers?: Map<string, { type: string; error?: Error | null }> } };
  const servers = [...(reason?.servers?.values() ?? [])];
  return servers.map(({ type, error: cause }) => `${type} ${cause?.message ?? ''}`).join(' ');
}
