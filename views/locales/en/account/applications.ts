export const applications = {
  none: 'You have not allowed any application anything yet.',
  explains:
    'These applications may do what you allowed. What you take back they can no longer do, and they ask you the next time.',
  given: (when: string) => `Allowed on ${when}`,
  givenFor: (when: string) => `Allowed for you by an administrator on ${when}`,
  withdraw: (application: string) => `Take back what ${application} may do`,
};
