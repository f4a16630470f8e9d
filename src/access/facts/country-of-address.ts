import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { CountryResponse, Reader } from 'maxmind';
import { type IpAddress, isGloballyRoutable } from '../../base/networks.js';

/** The value for an unknown country. */
export const UNKNOWN = 'unknown';

const PACKAGE = '@ip-location-db/geo-whois-asn-country-mmdb';

let database: Promise<Reader<CountryResponse>> | undefined;

/**
 * The country of an address, as ISO 3166-1 alpha-2, from a table that comes with Gatehouse; no service is asked. `unknown` if
 * the table has no entry, and for every address outside the public Internet, because table entries for those are meaningless.
 * The table (8 MB) is loaded on first use.
 */
export async function countryOf(address: IpAddress): Promise<string> {
  if (!isGloballyRoutable(address)) return UNKNOWN;
  const folder = dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`));
  database ??= load(join(folder, 'geo-whois-asn-country.mmdb'));
  const found = (await database).get(address.toString()) as { country_code?: string } | null;
  return found?.country_code ?? UNKNOWN;
}

/** The reader is loaded with its table: most commands need neither. */
async function load(file: string): Promise<Reader<CountryResponse>> {
  const { open } = await import('maxmind');
  return open<CountryResponse>(file);
}
