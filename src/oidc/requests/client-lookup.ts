import type { ClientService } from '../../realm/clients/client-service.js';

/** Clients as cached: the same object until it changes. */
export type ClientLookup = Pick<ClientService, 'get'>;
