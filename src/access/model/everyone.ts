/** The name of the role that every user holds, without an edge. */
export const EVERYONE = 'everyone';
