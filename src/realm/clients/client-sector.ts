import type { Client } from './client.js';

type Sectored = Pick<Client, 'id' | 'redirectUris' | 'sectorIdentifier'>;

/**
 * The sector within which a client with pairwise subjects shares them (OpenID Connect Core 8.1): the configured one, or the
 * only host of its redirect URIs. A client with neither (it signs nobody in) is a sector of its own.
 */
export function sectorOf({ id, redirectUris, sectorIdentifier }: Sectored): string {
  return sectorIdentifier ?? hostsOf(redirectUris)[0] ?? `${id.toLowerCase()}.client.invalid`;
}

/** Whether the redirect URIs leave the sector undefined: several hosts, or one that exists everywhere. */
export function sectorIsOpen({ redirectUris }: Pick<Client, 'redirectUris'>): boolean {
  const hosts = hostsOf(redirectUris);
  return hosts.length > 1 || hosts.some((host) => SHARED.has(host));
}

/** Hosts that exist on every device, or none at all. */
const SHARED = new Set(['', 'localhost', '127.0.0.1', '[::1]']);

const hostsOf = (uris: readonly string[]): string[] => [...new Set(uris.map((uri) => new URL(uri).hostname))];
