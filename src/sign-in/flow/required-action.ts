/** An action that an authenticated user must complete before continuing. */
export type RequiredAction = OwedAction | 'enrol-second-factor';

/** An action that the account requires, whatever the application requests. */
export type OwedAction = 'change-password';
