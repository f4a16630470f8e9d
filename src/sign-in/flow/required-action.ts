/** An action that a user must do before they may continue, once they are authenticated. */
export type RequiredAction = OwedAction | 'enrol-second-factor';

/** An action that the account requires, whatever the application requests. */
export type OwedAction = 'change-password';
