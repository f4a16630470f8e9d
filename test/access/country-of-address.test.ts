import { describe, expect, test } from '@jest/globals';
import { countryOf } from '../../src/access/facts/country-of-address.js';
import { readAddress } from '../../src/base/networks.js';

const whereIs = async (text: string): Promise<string | undefined> => {
  const address = readAddress(text);
  return address && countryOf(address);
};

describe('an address of the public Internet', () => {
  test.each([
    ['8.8.8.8', /^US$/],
    ['::ffff:8.8.8.8', /^US$/],
    ['2a00:1450:4001::1', /^[A-Z]{2}$/],
  ])('%s is in %s', async (address, country) => {
    expect(await whereIs(address)).toMatch(country);
  });
});

/**
 * Every block of IANA's registries of special-purpose addresses for IPv4 and IPv6 that is not globally reachable, or only
 * through other addresses.
 */
describe('an address that is not of the public Internet is in no country, whatever the table says:', () => {
  test.each([
    ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '127.0.0.1', '169.254.1.1', '172.16.0.1', '172.31.255.254'],
    ...[
      '192.0.0.1',
      '192.0.0.8',
      '192.0.0.170',
      '192.0.2.1',
      '192.31.196.1',
      '192.52.193.1',
      '192.88.99.1',
      '192.168.1.5',
    ],
    ...['192.175.48.1', '198.18.0.1', '198.19.255.254', '198.51.100.1', '203.0.113.1', '224.0.0.1', '240.0.0.1'],
    ...[
      '255.255.255.255',
      '::',
      '::1',
      '::8.8.8.8',
      '::ffff:192.168.1.5',
      '::ffff:0:8.8.8.8',
      '64:ff9b::808:808',
      '64:ff9b:1::808:808',
      '100::1',
    ],
    ...['100:0:0:1::1', '2001::1', '2001:1::1', '2001:2::1', '2001:3::1', '2001:4:112::1', '2001:10::1', '2001:20::1'],
    ...['2001:30::1', '2001:db8::1', '2002:808:808::1', '2620:4f:8000::1', '3fff::1', '4000::1', '5f00::1', 'fc00::1'],
    ...['fd00::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1'],
  ])('%s', async (address) => {
    expect(await whereIs(address)).toBe('unknown');
  });
});

test.each([
  ...[
    'nowhere',
    '',
    '1.2.3',
    '010.1.2.3',
    '0x7f.1',
    '2130706433',
    '1.2.3.4.5',
    '192.168.1.256',
    ' 8.8.8.8',
    '8.8.8.8\n',
  ],
  ...[
    '８.8.8.8',
    '[::1]',
    '::ffff:010.1.2.3',
    '::ffff:8.8.8',
    '1::2::3',
    '2001:db8::g',
    '8.8.8.8/8',
    `${'0'.repeat(1000)}::`,
  ],
])('%j is no address, and nowhere', async (text) => {
  expect(await whereIs(text)).toBeUndefined();
});
