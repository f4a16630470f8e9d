export const applications = {
  none: 'You have not allowed any application to use your account.',
  explains:
    'You allowed these applications to use your account. If you withdraw that, an application loses its access and asks you again the next time.',
  given: (when: string) => `Allowed on ${when}`,
  givenFor: (when: string) => `Allowed for you by an administrator on ${when}`,
  withdraw: (application: string) => `Withdraw access of ${application}`,
};
