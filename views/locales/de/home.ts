import type { Texts } from '../en.js';

export const home: Texts['home'] = {
  title: (realm) => `Anmeldedienst von ${realm}`,
  body: 'Anwendungen leiten Sie zur Anmeldung hierher. Um sich bei einer Anwendung anzumelden, öffnen Sie die Anwendung.',
  account: 'Zu Ihrem Benutzerkonto',
};
