import { account } from './en/account.js';
import { arrived } from './en/arrived.js';
import { arriving } from './en/arriving.js';
import { busy } from './en/busy.js';
import { chooseAccount } from './en/choose-account.js';
import { changePassword } from './en/change-password.js';
import { completeProfile } from './en/complete-profile.js';
import { connectorTest } from './en/connector-test.js';
import { consent } from './en/consent.js';
import { expired } from './en/expired.js';
import { failure } from './en/failure.js';
import { form } from './en/form.js';
import { home } from './en/home.js';
import { layout } from './en/layout.js';
import { linkAccount } from './en/link-account.js';
import { logout } from './en/logout.js';
import { secondFactor } from './en/second-factor.js';
import { signIn } from './en/sign-in.js';
import { userstorePassword } from './en/userstore-password.js';
import { wrongAddress } from './en/wrong-address.js';

/** All page texts, one file per page. Another language needs files of the same shape; see `texts.ts`. */
export const en = {
  direction: 'ltr' as 'ltr' | 'rtl',
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

/** The shape of a language. */
export type Texts = typeof en;
