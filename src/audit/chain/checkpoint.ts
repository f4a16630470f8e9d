import type { ChainEnd } from './chain-head.js';

/** The end of a chain at some time, as `SEQUENCE.HASH`. Stored elsewhere, it proves later that the chain was not cut before it. */
export const checkpointOf = ({ sequence, hash }: ChainEnd): string => `${sequence}.${hash}`;

/** Undefined for text of another form. */
export function parseCheckpoint(text: string): ChainEnd | undefined {
  const [, sequence, hash] = /^([1-9]\d{0,14})\.([\w-]{43})$/.exec(text) ?? [];
  return sequence === undefined || hash === undefined ? undefined : { sequence: Number(sequence), hash };
}
