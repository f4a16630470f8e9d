import { applications } from './account/applications.js';
import { overview } from './account/overview.js';
import { password } from './account/password.js';
import { profile } from './account/profile.js';
import { secondFactor } from './account/second-factor.js';
import { sessions } from './account/sessions.js';

/** The frame of the pages of a person's own account; each page has a file in `account/`. */
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
    sessions: 'Where you are signed in',
  },
  done: {
    profile: 'Your profile is saved. Applications are told of it from now on.',
    'second-factor-removed': 'The second factor is removed. Your password alone signs you in now.',
    password: 'Your password was changed. Wherever else you were signed in, you no longer are.',
    withdrawn: 'It is taken back. What the application held is worth nothing any more.',
    'session-ended': 'You are signed out there.',
  },
  errors: {
    'profile-unfit': 'Nothing was saved yet: some fields need a change. Each of them says which.',
    'wrong-code': 'That is not the code that the app shows now. Check the clock of your device, and try again.',
    'password-unfit':
      'Choose another password than before: at least 8 characters, not your username, and not a row or a repetition of a few characters.',
    'password-not-repeated': 'The two passwords are not the same. Type the new one twice.',
    overloaded: 'Many people are signing in right now. Wait a few seconds, then try again.',
    moved: 'Something else changed your account at the same moment. Please try again.',
  },
  /** Of a list that is longer than a page. */
  list: { more: 'Not all of it is shown here.', further: 'Show what follows', first: 'Back to the beginning' },
  applications,
  overview,
  password,
  profile,
  secondFactor,
  sessions,
};
