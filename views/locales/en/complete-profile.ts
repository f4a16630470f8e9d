export const completeProfile = {
  title: 'Complete your profile',
  explains: 'Your account here is created when you have filled in these fields.',
  email: 'E-mail address',
  missing: 'Fill in this field.',
  emailFault: 'Enter an e-mail address such as anna@example.com.',
  submit: 'Create account',
  errors: {
    'fields-unfit': 'No account was created. Correct the marked fields.',
    'not-allowed': 'No account could be created. Contact your administrator.',
  },
};
