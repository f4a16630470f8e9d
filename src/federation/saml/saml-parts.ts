import type { OwnKey, RedirectParts } from '../contract/connector-kind.js';
import { SamlFailure } from './faults.js';
import { ownEntityId } from './metadata/own-metadata.js';
import type { SamlProvider } from './metadata/provider.js';
import type { DescribedProvider } from './metadata/read-metadata.js';
import type { RefusedMessage } from './reader/refusals.js';
import type { SamlSettings } from './settings/saml-settings.js';

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

/**
 * Reads a message, and once more if only its key is not known: the provider may have a new one. Whoever sends the message, the provider is asked
 * rarely.
 *
 * @throws SamlFailure
 */
export async function readByKnownKeys<T extends { readonly kind: string }>(
  { provider }: Pick<SamlParts, 'provider'>,
  read: (described: DescribedProvider) => Promise<T | RefusedMessage> | T | RefusedMessage,
): Promise<T | RefusedMessage> {
  const described = await provider.describedForStranger();
  const said = await read(described);
  if (!('unknownKey' in said)) return said;
  const again = await provider.readAgain();
  return again === described ? said : read(again);
}

export const entityIdOf = ({ settings, addresses }: Pick<SamlParts, 'settings' | 'addresses'>): string =>
  ownEntityId(settings, addresses);
