import type { EngineDocument } from '../engine.js';
import type { AnySpec } from '../spec.js';

/**
 * An opened document upgraded to its spec's version, whenever it was written. A document of a later version is returned
 * unchanged: a process of that version runs at the same time.
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
