/** The name of the role that every user holds, without an assignment. */
export const EVERYONE = 'everyone';
