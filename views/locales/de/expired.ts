import type { Texts } from '../en.js';

export const expired: Texts['expired'] = {
  title: 'Diese Seite gilt nicht mehr',
  body: 'Die Anmeldung, zu der sie gehört, ist abgeschlossen, abgelaufen oder wurde in einem anderen Browser begonnen.',
  cure: 'Gehen Sie zur Anwendung zurück, und melden Sie sich dort noch einmal an.',
};
