import type { SecretBox } from '../../base/crypto/secret-box.js';
import type { EngineDocument, Place, Row } from '../engine.js';
import type { AnySpec } from '../spec.js';

/** The document as an engine may see it: sealed fields bound to this place, renamed fields under their stored names. */
export function sealed(box: SecretBox, { spec, realm }: Place, document: EngineDocument): EngineDocument {
  const stored = underStoredNames(spec, document);
  if (!spec.sealed?.length) return stored;
  const copy = { ...stored };
  for (const field of spec.sealed) {
    const clear = stored[field];
    if (typeof clear === 'string') {
      Object.assign(copy, { [field]: box.seal({ realm, collection: spec.name, id: stored.id, field }, clear) });
    }
  }
  return copy;
}

/** The document in its original form. @throws GatehouseError `seal-broken` */
export function opened(box: SecretBox, { spec, realm }: Place, { document }: Row): EngineDocument {
  const owned = underOwnNames(spec, document);
  if (!spec.sealed?.length) return owned;
  const copy = { ...owned };
  for (const field of spec.sealed) {
    const seal = owned[field];
    if (typeof seal === 'string') {
      Object.assign(copy, { [field]: box.open({ realm, collection: spec.name, id: owned.id, field }, seal) });
    }
  }
  return copy;
}

function underStoredNames({ storedAs }: AnySpec, document: EngineDocument): EngineDocument {
  return storedAs ? renamed(document, (field) => storedAs[field] ?? field) : document;
}

function underOwnNames({ storedAs }: AnySpec, document: EngineDocument): EngineDocument {
  if (!storedAs) return document;
  const own = new Map(Object.entries(storedAs).map(([field, name]) => [name, field]));
  return renamed(document, (name) => own.get(name) ?? name);
}

function renamed(document: EngineDocument, to: (field: string) => string): EngineDocument {
  return Object.fromEntries(Object.entries(document).map(([field, value]) => [to(field), value])) as EngineDocument;
}
