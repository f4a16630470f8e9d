import { spec } from '../../src/storage/spec.js';
import { allSpecs } from '../storage/things.js';

/** A message from one process to the others on the same store. */
export type Shout = { id: string; text: string };
export const shouts = spec<Shout>()({
  name: 'shouts',
  scope: 'installation',
  version: 1,
  transient: true,
  indexed: {},
  unique: {},
  queries: {},
});

export const specs = [...allSpecs, shouts];
