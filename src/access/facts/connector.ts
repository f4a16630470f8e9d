import { fact } from './fact.js';

/** The connector by which the user signed in; `primary` for a password of Gatehouse itself. */
export const connector = fact<string>()({
  name: 'connector',
  field: 'connector',
  stated: { trust: 'authentication', fields: { idp: 'name' }, read: ({ idp }) => idp },
  variable: { name: 'connector', type: 'string', value: (id) => id },
  option: {
    name: 'connector',
    help: 'The connector by which the user signed in (idp)',
    read: (value) => ({ ok: true, value }),
  },
});
