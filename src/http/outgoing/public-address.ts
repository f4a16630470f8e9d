import { type IpAddress, addressesIn, isGloballyRoutable } from '../../base/networks.js';

/** A public address by number only: the metadata host of Azure, which returns secrets of the virtual machine. */
const handsOutSecrets = addressesIn(['168.63.129.16']);

/** Whether an address belongs to the public Internet, so that no machine of our network answers. */
export const isPublic = (address: IpAddress): boolean => isGloballyRoutable(address) && !handsOutSecrets(address);
