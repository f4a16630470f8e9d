/** What a person has to do before they may go on, once they have shown who they are. */
export type RequiredAction = OwedAction | 'enrol-second-factor';

/** What an account itself owes, whatever the application asks for. */
export type OwedAction = 'change-password';
