import type { Texts } from '../../en.js';

export const sessions: Texts['account']['sessions'] = {
  explains: 'Sie sind hier angemeldet, und an diesen Stellen:',
  device: (browser, system) => `${browser} auf ${system}`,
  unknownDevice: 'Ein Browser, den wir nicht kennen',
  here: 'Das ist der Browser, den Sie gerade benutzen.',
  since: (when) => `Angemeldet am ${when}.`,
  used: (when) => `Zuletzt benutzt am ${when}.`,
  end: 'Dort abmelden',
  everywhere: 'Überall abmelden',
  everywhereMeans: 'Beendet alles, auch hier, und damit auch, was Anwendungen für Sie tun, während Sie nicht da sind.',
};
