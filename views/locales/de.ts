import { account } from './de/account.js';
import { arrived } from './de/arrived.js';
import { arriving } from './de/arriving.js';
import { busy } from './de/busy.js';
import { chooseAccount } from './de/choose-account.js';
import { changePassword } from './de/change-password.js';
import { completeProfile } from './de/complete-profile.js';
import { connectorTest } from './de/connector-test.js';
import { consent } from './de/consent.js';
import { expired } from './de/expired.js';
import { failure } from './de/failure.js';
import { form } from './de/form.js';
import { home } from './de/home.js';
import { layout } from './de/layout.js';
import { linkAccount } from './de/link-account.js';
import { logout } from './de/logout.js';
import { secondFactor } from './de/second-factor.js';
import { signIn } from './de/sign-in.js';
import { userstorePassword } from './de/userstore-password.js';
import { wrongAddress } from './de/wrong-address.js';
import type { Texts } from './en.js';

/** German, with the formal address "Sie". */
export const de: Texts = {
  direction: 'ltr',
  account,
  arrived,
  arriving,
  busy,
  chooseAccount,
  changePassword,
  completeProfile,
  connectorTest,
  consent,
  expired,
  failure,
  form,
  home,
  layout,
  linkAccount,
  logout,
  secondFactor,
  signIn,
  userstorePassword,
  wrongAddress,
};
