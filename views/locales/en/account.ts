import { applications } from './account/applications.js';
import { links } from './account/links.js';
import { overview } from './account/overview.js';
import { password } from './account/password.js';
import { profile } from './account/profile.js';
import { secondFactor } from './account/second-factor.js';
import { sessions } from './account/sessions.js';
import { signIns } from './account/sign-ins.js';

/** The frame of the account pages. Each page has a file in `account/`. */
export const account = {
  navigation: 'Your account',
  signOut: 'Sign out',
  /** Titles of the pages, and their names in the navigation. */
  pages: {
    overview: 'Your account',
    profile: 'Profile',
    password: 'Password',
    'second-factor': 'Second factor',
    applications: 'Applications',
    links: 'Linked accounts',
    sessions: 'Sessions',
    'sign-ins': 'Sign-ins',
  },
  done: {
    profile: 'Your profile is saved. Applications see the new values from now on.',
    'second-factor-removed': 'The second factor is removed. You now sign in with your password only.',
    password: 'Your password was changed. All other sessions are signed out.',
    withdrawn: 'Access is withdrawn. The application can no longer use your account.',
    'link-removed': 'The link is removed.',
    linked: 'The account is linked. You can sign in with it from now on.',
    'session-ended': 'The session has ended.',
  },
  errors: {
    'profile-unfit': 'Nothing was saved. Correct the marked fields.',
    'wrong-code':
      'That code is not correct. Enter the code that the app shows now, and check the clock of your device.',
    'password-unfit':
      'Choose a different password: new, at least 8 characters, not your username, and not a simple sequence such as 12345678 or aaaaaaaa.',
    'password-common':
      'That password is easy to guess: many people have it, or one very much like it. Choose several words that do not belong together.',
    'password-personal':
      'That password is easy to guess: it is made of your own names or of the name of this service. Choose several words that do not belong together.',
    'password-not-repeated': 'The two passwords are not the same. Enter the new password twice.',
    overloaded: 'Many people are signing in right now. Wait a few seconds, then try again.',
    'last-way-in':
      'Nothing was removed: this link is your only way to sign in. Set a password or link another account first, or ask an administrator.',
    'home-link': 'Nothing was removed: your account is managed there. Ask an administrator to change that.',
    'link-not-offered': 'Nothing was linked: you cannot link an account of this service.',
    'link-not-begun':
      'Nothing was linked: this sign-in did not begin here, took too long, or was used already. Choose the service again.',
    'link-denied': 'Nothing was linked: you were not signed in there. Try again.',
    'link-failed': 'Nothing was linked: you cannot be signed in there at the moment. Try again later.',
    'link-of-another':
      'Nothing was linked: that account is linked to another user here. Choose another account there, or sign in here with that one.',
    'link-not-admitted':
      'Nothing was linked: that account may not sign in here. Choose another account there, or ask your administrator.',
    'directory-moved':
      'Nothing was saved: your directory has other values by now. Look at the values below, and save again.',
    'directory-not-allowed':
      'Nothing was saved: your directory does not allow this change. Change it where your company tells you.',
    'directory-value-refused': 'Nothing was saved: your directory does not accept what you entered.',
    'directory-refused': 'Nothing was saved: your directory refused the change. Contact your administrator.',
    'directory-several-values':
      'Nothing was saved: your directory has several values for a field. Change it where your company tells you.',
    'directory-barred':
      'Nothing was changed: your account in the directory is locked or closed. Contact your administrator.',
    'directory-unavailable': 'Nothing was changed: your directory could not be reached. Try again later.',
    'directory-unanswered':
      'Your directory did not answer, so your entries may have been saved there. Look again in a few minutes.',
    'directory-not-read':
      'Your directory saved your entries. They appear here after your next sign-in. Other fields were not saved.',
    'directory-password-refused':
      'Your directory did not accept the new password. Try another one, or contact your administrator.',
    throttled: 'There were too many attempts. Wait a few minutes, then try again.',
    moved: 'Your account was changed elsewhere at the same time. Try again.',
  },
  /** For a list with several pages. */
  list: { more: 'There are more entries.', further: 'Next page', first: 'First page' },
  applications,
  links,
  overview,
  password,
  profile,
  secondFactor,
  sessions,
  signIns,
};
