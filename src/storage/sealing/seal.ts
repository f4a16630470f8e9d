import type { SecretBox } from '../../base/crypto/secret-box.js';
import type { EngineDocument, Place, Row } from '../engine.js';

/** The document as an engine may see it: what its spec calls sealed is sealed to this very place. */
export function sealed(box: SecretBox, { spec, realm }: Place, document: EngineDocument): EngineDocument {
  if (!spec.sealed?.length) return document;
  const copy = { ...document };
  for (const field of spec.sealed) {
    const clear = document[field];
    if (typeof clear === 'string') {
      Object.assign(copy, { [field]: box.seal({ realm, collection: spec.name, id: document.id, field }, clear) });
    }
  }
  return copy;
}

/** The document as its owner knows it. @throws GatehouseError `seal-broken` */
export function opened(box: SecretBox, { spec, realm }: Place, { document }: Row): EngineDocument {
  if (!spec.sealed?.length) return document;
  const copy = { ...document };
  for (const field of spec.sealed) {
    const seal = document[field];
    if (typeof seal === 'string') {
      Object.assign(copy, { [field]: box.open({ realm, collection: spec.name, id: document.id, field }, seal) });
    }
  }
  return copy;
}
