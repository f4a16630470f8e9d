import type { RedirectParts } from '../contract/connector-kind.js';
import { SamlFailure } from './faults.js';
import { ownEntityId } from './metadata/own-metadata.js';
import type { SamlProvider } from './metadata/provider.js';
import type { SamlSettings } from './settings/saml-settings.js';
import type { OwnKey } from '../contract/connector-kind.js';

/** What every piece of a connector's work needs. */
export interface SamlParts extends Pick<RedirectParts<SamlSettings>, 'settings' | 'addresses' | 'report'> {
  readonly provider: SamlProvider;
  /** Newest first. */
  readonly keys: readonly OwnKey[];
}

/** The key that signs. @throws SamlFailure if there is none */
export function signingKey({ keys }: Pick<SamlParts, 'keys'>): OwnKey {
  const key = keys.find(({ state }) => state === 'current');
  if (!key) throw new SamlFailure('no-own-keys');
  return key;
}

export const entityIdOf = ({ settings, addresses }: Pick<SamlParts, 'settings' | 'addresses'>): string =>
  ownEntityId(settings, addresses);
