import type { Texts } from '../en.js';

export const linkAccount: Texts['linkAccount'] = {
  title: 'Haben Sie hier schon ein Benutzerkonto?',
  signedInAt: (connector, name) => `Sie haben sich bei ${connector} als ${name} angemeldet.`,
  explains: (connector, name) =>
    `Wenn Sie hier ein Benutzerkonto haben, melden Sie sich damit an. Das Konto ${name} von ${connector} wird dann damit verknüpft und meldet künftig dort an.`,
  beware: 'Tun Sie das nur, wenn das oben genannte Konto Ihres ist.',
  submit: 'Anmelden und verknüpfen',
  mayCreate: 'Wenn Sie keines haben oder ein eigenes möchten, legen Sie ein neues an.',
  create: 'Neues Benutzerkonto anlegen',
  errors: {
    'cannot-be-linked': (connector) =>
      `Dieses Benutzerkonto lässt sich nicht verknüpfen. Es ist gesperrt, hier nicht zugelassen oder schon mit einem anderen Konto von ${connector} verknüpft.`,
  },
};
