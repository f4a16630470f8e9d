import { ConfirmLogout } from '../../../views/confirm-logout.js';
import type { Samples } from '../sample.js';

const form = { action: '/session/end/confirm', xsrf: 'token' };

export const samples: Samples = {
  'by an application': (around) => ConfirmLogout({ ...around, ...form, application: 'Orders' }),
  'by nobody known': (around) => ConfirmLogout({ ...around, ...form }),
};
