import { fact } from './fact.js';

/** The client that the token is for, or that the user uses. */
export const client = fact<string>()({
  name: 'client',
  field: 'clientId',
  stated: { trust: 'client', fields: { client_id: 'name' }, read: ({ client_id: id }) => id },
  variable: { name: 'client', type: 'string', value: (id) => id },
  option: {
    name: 'client',
    help: 'The client that asks for the user',
    read: (value) => ({ ok: true, value }),
  },
});
