export const signIns = {
  none: 'No sign-in is recorded.',
  explains:
    'These are the sign-ins to your account, and the attempts that failed. If you do not recognize one that succeeded, change your password.',
  results: {
    'signed-in': 'Signed in',
    'wrong-password': 'Failed: wrong password',
    'wrong-code': 'Failed: wrong code of the second factor',
    refused: 'Refused',
  },
  at: 'Time',
  with: 'Browser',
  unknownDevice: 'Unknown browser',
  address: 'IP address',
  application: 'Application',
};
