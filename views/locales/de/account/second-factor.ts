import type { Texts } from '../../en.js';

export const secondFactor: Texts['account']['secondFactor'] = {
  none: 'Ihr Benutzerkonto ist nur durch Ihr Passwort geschützt. Mit einem zweiten Faktor braucht, wer Ihr Passwort erfährt, immer noch einen Code von Ihrem Gerät.',
  since: (when) => `Sie haben einen zweiten Faktor seit ${when}.`,
  left: (count) =>
    count === 1 ? 'Ein Wiederherstellungscode ist übrig.' : `${count} Wiederherstellungscodes sind übrig.`,
  renew: 'Neue Wiederherstellungscodes erzeugen',
  renewMeans: 'Die bisherigen gelten dann nicht mehr.',
  replace: 'Neu einrichten, mit einer anderen App oder einem anderen Gerät',
  remove: 'Den zweiten Faktor entfernen',
  changeMeans: 'Überall sonst, wo Sie angemeldet sind, sind Sie es dann nicht mehr.',
};
