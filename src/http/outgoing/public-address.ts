import { type IpAddress, addressesIn, isGloballyRoutable } from '../../base/networks.js';

/** Public by number only: the host of a virtual machine at Azure, which hands out its secrets. */
const handsOutSecrets = addressesIn(['168.63.129.16']);

/** Whether an address is one of the public Internet, of which no machine next to us answers. */
export const isPublic = (address: IpAddress): boolean => isGloballyRoutable(address) && !handsOutSecrets(address);
