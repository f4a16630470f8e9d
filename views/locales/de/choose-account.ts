import type { Texts } from '../en.js';

export const chooseAccount: Texts['chooseAccount'] = {
  title: 'Wählen Sie ein Benutzerkonto',
  continueAs: (person) => `Weiter als ${person}`,
  other: 'Ein anderes Benutzerkonto verwenden',
};
