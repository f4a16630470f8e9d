import { isDeepStrictEqual } from 'node:util';
import type { AttributeClaim } from '../realm/claims/attribute-claims.js';
import type { Keys } from '../realm/keys/keys.js';
import type { SettingsService } from '../realm/settings/settings-service.js';

/** The inputs of a provider that cannot change later: other inputs need another provider. */
export interface ProviderInputs {
  readonly keys: Keys;
  readonly attributeClaims: readonly AttributeClaim[];
}

const NO_ATTRIBUTES: readonly AttributeClaim[] = [];

/** Returns a function that gives the current inputs: the same object until one of them changes. */
export function providerInputs(
  keys: { readonly current: () => Keys },
  settings: Pick<SettingsService, 'lastRead'>,
): () => ProviderInputs {
  let inputs: ProviderInputs = { keys: keys.current(), attributeClaims: NO_ATTRIBUTES };
  return () => {
    const { attributeClaims = NO_ATTRIBUTES } = settings.lastRead();
    const latest = keys.current();
    if (inputs.keys !== latest || !isDeepStrictEqual(inputs.attributeClaims, attributeClaims)) {
      inputs = { keys: latest, attributeClaims };
    }
    return inputs;
  };
}
