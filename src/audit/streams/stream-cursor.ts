import { type Instant, now } from '../../base/clock.js';
import { spec } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';

/** Up to where a stream was sent. The id is its name. */
export type StreamCursor = {
  id: string;
  /** The last link that its receiver accepted. 0: none. */
  sequence: number;
  movedAt: Instant;
};

export const streamCursors = spec<StreamCursor>()({
  name: 'auditStreamCursors',
  scope: 'realm',
  version: 1,
  indexed: {},
  unique: {},
  queries: {},
});

/** The form of a stream's name: 1 to 60 characters that need no quoting in headers and commands. */
export const STREAM_NAME = /^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/;

/** @returns undefined for a stream that has never sent anything @throws StoreUnavailable */
export const cursorOf = async (realm: Realm, name: string): Promise<number | undefined> =>
  (await realm.of(streamCursors).get(name))?.sequence;

/** Moves the cursor forward, never back: another process may have sent more. @throws StoreUnavailable */
export async function moveCursor(realm: Realm, name: string, sequence: number): Promise<void> {
  const collection = realm.of(streamCursors);
  const cursor: StreamCursor = { id: name, sequence, movedAt: now() };
  const move = () => collection.change(name, (before) => (before.sequence < sequence ? cursor : undefined));
  const moved = await move();
  if (moved.ok || moved.refusal.code !== 'missing') return;
  const made = await collection.insert(cursor);
  // Refused: another process has just created it.
  if (!made.ok) await move();
}
