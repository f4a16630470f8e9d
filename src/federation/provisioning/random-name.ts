import { newId } from '../../base/crypto/ids.js';

/** Ten letters and digits. */
export const randomName = (): string =>
  `${newId()}${newId()}`
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 10);
