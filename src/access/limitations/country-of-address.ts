import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type CountryResponse, open, type Reader } from 'maxmind';
import { type IpAddress, isGloballyRoutable } from '../../base/networks.js';
import { UNKNOWN } from './country.js';

const PACKAGE = '@ip-location-db/geo-whois-asn-country-mmdb';

let database: Promise<Reader<CountryResponse>> | undefined;

/**
 * Where an address is, as ISO 3166-1 alpha-2, by a table that comes with Gatehouse: nobody is asked. `unknown` where the table does not
 * say, and for every address that is not of the public Internet: tables have entries for some, which mean nothing. The table (8 MB) is read
 * when it is first needed.
 */
export async function countryOf(address: IpAddress): Promise<string> {
  if (!isGloballyRoutable(address)) return UNKNOWN;
  const folder = dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`));
  database ??= open<CountryResponse>(join(folder, 'geo-whois-asn-country.mmdb'));
  const found = (await database).get(address.toString()) as { country_code?: string } | null;
  return found?.country_code ?? UNKNOWN;
}
