import { hash } from 'node:crypto';

/**
 * An id of the length and spread of `newId`, but the same for the same text: so a run that was stopped goes on where it was, over what it left
 * half done.
 */
export const idOf = (text: string): string => hash('sha256', text, 'base64url').slice(0, 22);
