import type { ReferrerSource } from '../changes/removal/referrer.js';
import { clients } from './clients/client.js';
import { keyRings } from './keys/key-ring.js';
import { keyJob, type RotationParts } from './keys/key-rotation.js';
import { resourceServers } from './resource-servers/resource-server.js';
import { settings } from './settings/settings.js';
import { usedUserIds } from './used-user-id.js';

/** Registrations of `realm`: settings, keys, clients and resource servers, and the rotation of keys. */
export const realm = {
  specs: [clients, keyRings, resourceServers, settings, usedUserIds],
  referrers: (services: { readonly clients: ReferrerSource }) => [services.clients],
  jobs: (services: RotationParts) => [keyJob(services)],
};
