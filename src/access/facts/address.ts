import { readAddress } from '../../base/networks.js';
import { fact } from './fact.js';

/** The user's IP address; never that of a server that asks for them. */
export const address = fact<string>()({
  name: 'address',
  field: 'address',
  stated: {
    trust: 'address',
    fields: { ip_address: 'address' },
    // An unreadable address is unknown: neither its country nor its network.
    read: ({ ip_address: text }) => (text === undefined ? undefined : readAddress(text)?.toString()),
  },
  variable: { name: 'address', type: 'string', value: (text) => text },
  option: {
    name: 'address',
    help: 'The network address that the request comes from',
    read(text) {
      const read = readAddress(text);
      return read ? { ok: true, value: read.toString() } : { ok: false, takes: 'an IP address' };
    },
  },
});
