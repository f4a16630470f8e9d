import type { Texts } from '../../en.js';

export const sessions: Texts['account']['sessions'] = {
  explains: 'In diesen Browsern sind Sie angemeldet.',
  device: (browser, system) => `${browser} auf ${system}`,
  unknownDevice: 'Unbekannter Browser',
  here: 'Aktuelle Sitzung: Diesen Browser benutzen Sie gerade.',
  since: 'Angemeldet',
  used: 'Zuletzt benutzt',
  address: 'IP-Adresse bei der Anmeldung',
  end: 'Sitzung beenden',
  everywhere: 'Überall abmelden',
  everywhereMeans:
    'Das beendet jede Sitzung, auch diese. Anwendungen verlieren den Zugriff, den sie haben, während Sie nicht angemeldet sind.',
};
