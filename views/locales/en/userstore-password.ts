/** A company's directory requires a new password before the sign-in continues. */
export const userstorePassword = {
  title: 'Your directory asks for a new password',
  toContinue: (application: string) => `to continue to ${application}`,
  why: (username: string) =>
    `The password of ${username} is kept by your company and must be changed. Enter it once more, then choose a new one.`,
  current: 'Current password',
  errors: {
    'current-missing': 'Enter your current password.',
    'wrong-current': 'The current password is not correct. Try again.',
    'new-missing': 'Enter a new password.',
    'not-repeated': 'The two new passwords are not the same. Enter the new password twice.',
    'as-before': 'The new password is the current one. Choose a different password.',
    'too-short': 'Your directory asks for a longer password.',
    'too-long': 'Your directory asks for a shorter password.',
    'too-simple': 'Your directory finds this password too easy to guess. Choose a different one.',
    'used-before': 'You have used this password before. Choose a different one.',
    'too-young':
      'Your password was changed a short time ago and cannot be changed again yet. Contact your administrator.',
    'against-rules':
      'Your directory does not take this password: it may be too short, too easy to guess or one of your former ones, or your last change was too recent. Choose a different one.',
    'change-not-allowed':
      'Your directory does not let you change your password here. Do that where your company tells you.',
    refused: (reference: string) =>
      `Your directory did not accept the new password. Try another one, or give your administrator this number: ${reference}`,
    unanswered:
      'Your directory did not answer, so the new password may be set or not. Sign in with the new one; if that fails, with the current one.',
  },
};
