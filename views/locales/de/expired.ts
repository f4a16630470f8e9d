import type { Texts } from '../en.js';

export const expired: Texts['expired'] = {
  title: 'Diese Seite gilt nicht mehr',
  body: 'Die Anmeldung, zu der sie gehört, ist abgeschlossen, abgelaufen oder wurde in einem anderen Browser begonnen.',
  noCookies:
    'Ihr Browser hat keine Cookies gesendet. Die Anmeldung braucht sie: Wenn Ihr Browser Cookies blockiert, erlauben Sie sie für diese Website.',
  startAgain: (application) => `Bei ${application} neu beginnen`,
  account: 'Zu Ihrem Benutzerkonto',
  cure: 'Gehen Sie zur Anwendung zurück, und melden Sie sich dort noch einmal an.',
};
