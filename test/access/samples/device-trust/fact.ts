import { fact } from '../../../../src/access/facts/fact.js';

/** The state of the user's device, as the resource server knows it. */
export const deviceTrust = fact<string>()({
  name: 'device-trust',
  field: 'deviceTrust',
  stated: { trust: 'authentication', fields: { device: 'name' }, read: ({ device }) => device },
  variable: { name: 'device', type: 'string', value: (device) => device },
  option: {
    name: 'device',
    help: 'The state of the device',
    read: (value) =>
      value === 'managed' || value === 'private' ? { ok: true, value } : { ok: false, takes: 'the state of a device' },
  },
});
