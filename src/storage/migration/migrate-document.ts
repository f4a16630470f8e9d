import type { EngineDocument } from '../engine.js';
import type { AnySpec } from '../spec.js';

/**
 * An opened document as its spec's version knows it, whenever it was written. One of a later version than ours is given as it
 * is: a process of that version serves beside us.
 */
export function broughtUp(spec: AnySpec, document: EngineDocument, shape: number): EngineDocument {
  if (shape >= spec.version) return document;
  let brought: EngineDocument = document;
  for (let version = shape + 1; version <= spec.version; version++) {
    const migrate = spec.migrations?.[version];
    if (migrate) brought = { ...migrate(brought), id: document.id };
  }
  return brought;
}
