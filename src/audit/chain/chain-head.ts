import { spec } from '../../storage/spec.js';
import type { Realm } from '../../storage/store.js';
import { insert, replace, type Write } from '../../storage/write.js';

/** The last link of a chain. */
export interface ChainEnd {
  /** 0 for a chain without links. */
  readonly sequence: number;
  /** The hash of the last link; empty for a chain without links. */
  readonly hash: string;
}

/**
 * Where the chain of a realm ends. Each commit of new links replaces it at the version that was read, so two processes never
 * continue the same end.
 */
export type ChainHead = {
  id: string;
  sequence: number;
  hash: string;
};

export const chainHeads = spec<ChainHead>()({
  name: 'auditHeads',
  scope: 'realm',
  version: 1,
  indexed: {},
  unique: {},
  queries: {},
});

const ID = 'head';

/** The end of a chain as read. */
export interface ReadHead extends ChainEnd {
  /** 0 if the chain has no head yet. */
  readonly version: number;
}

/** @throws StoreUnavailable */
export async function readHead(realm: Realm): Promise<ReadHead> {
  const { sequence, hash, version } = (await realm.of(chainHeads).get(ID)) ?? { sequence: 0, hash: '', version: 0 };
  return { sequence, hash, version };
}

/** Moves the end of the chain. Expects that nobody wrote the head since it was read. */
export function moveHead({ version }: ReadHead, { sequence, hash }: ChainEnd): Write {
  const head: ChainHead = { id: ID, sequence, hash };
  return version === 0 ? insert(chainHeads, head) : replace(chainHeads, head, version);
}
