export const failure = {
  title: 'This did not work',
  faults: {
    application: 'The application sent a request that cannot be answered. Go back to it and try again.',
    ours: 'Something went wrong on our side. Wait a moment, then go back to the application and try again.',
    notFound: 'There is no page at this address. Check it, or go back to the application.',
    signInElsewhere:
      'You came from another site where you signed in, but that sign-in cannot be used here. Go to the application that you want to use, and sign in there.',
    signOutElsewhere:
      'The message of the other site about a sign-out was not accepted. You may still be signed in here and there.',
  },
  contact: 'Contact',
  help: 'If it happens again, tell your administrator the following:',
  code: 'Error',
  description: 'Description',
  reason: 'Reason',
  requestId: 'Request id',
};
