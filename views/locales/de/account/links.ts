import type { Texts } from '../../en.js';

export const links: Texts['account']['links'] = {
  none: 'Sie haben kein Konto eines anderen Dienstes verknüpft.',
  explains:
    'Mit diesen Konten anderer Dienste können Sie sich anmelden. Wenn Sie eine Verknüpfung entfernen, können Sie sich mit dem Konto nicht mehr anmelden und verlieren den Zugriff, den es Ihnen gab.',
  linked: (when) => `Verknüpft am ${when}`,
  suspended: (when) => `Meldet Sie seit ${when} nicht mehr an: Dort gibt es kein aktives Konto von Ihnen.`,
  home: 'Ihr Benutzerkonto wird dort verwaltet. Diese Verknüpfung bleibt.',
  another: 'Weiteres Konto verknüpfen',
  leads: 'Sie melden sich dort einmal an. Danach können Sie sich auch hier mit jenem Konto anmelden.',
  connect: (name) => `${name} verknüpfen`,
  remove: (name) => `Verknüpfung mit ${name} entfernen`,
};
