import { isDeepStrictEqual } from 'node:util';
import type { AttributeClaim } from '../realm/claims/attribute-claims.js';
import type { Keys } from '../realm/keys/keys.js';
import type { SettingsService } from '../realm/settings/settings-service.js';

/** The inputs of a provider that cannot change later: other inputs need another provider. */
export interface Basis {
  readonly keys: Keys;
  readonly attributeClaims: readonly AttributeClaim[];
}

const NO_ATTRIBUTES: readonly AttributeClaim[] = [];

/** Gives the basis as it is now: the same object until something of it is different. */
export function basisOf(
  keys: { readonly current: () => Keys },
  settings: Pick<SettingsService, 'lastRead'>,
): () => Basis {
  let basis: Basis = { keys: keys.current(), attributeClaims: NO_ATTRIBUTES };
  return () => {
    const { attributeClaims = NO_ATTRIBUTES } = settings.lastRead();
    const latest = keys.current();
    if (basis.keys !== latest || !isDeepStrictEqual(basis.attributeClaims, attributeClaims)) {
      basis = { keys: latest, attributeClaims };
    }
    return basis;
  };
}
