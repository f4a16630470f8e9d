import type { Texts } from '../../en.js';

export const secondFactor: Texts['account']['secondFactor'] = {
  none: 'Nur ein Passwort schützt Ihr Benutzerkonto. Mit einem zweiten Faktor braucht die Anmeldung auch einen Code von Ihrem Gerät.',
  since: (when) => `Ein zweiter Faktor schützt Ihr Benutzerkonto seit ${when}.`,
  left: (count) =>
    count === 1 ? 'Sie haben noch einen Wiederherstellungscode.' : `Sie haben noch ${count} Wiederherstellungscodes.`,
  renew: 'Neue Wiederherstellungscodes erzeugen',
  renewMeans: 'Ihre bisherigen Wiederherstellungscodes gelten dann nicht mehr.',
  replace: 'Andere App oder anderes Gerät einrichten',
  remove: 'Den zweiten Faktor entfernen',
  setUp: (name) => `Einrichten: ${name}`,
  removeMethod: (name) => `Entfernen: ${name}`,
  changeMeans: 'Das meldet Sie in allen anderen Sitzungen ab.',
};
