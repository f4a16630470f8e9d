import type { User } from '../identity/user.js';
import type { Client } from '../realm/client.js';
import type { Subject } from './question.js';

/** A user as decisions see them. */
export const subjectOf = ({ id, edges, attributes }: User): Subject => ({
  kind: 'user',
  id,
  edges,
  attributes,
  userstore: 'primary',
});

/** A client that acts for itself. */
export const clientSubject = ({ id, edges }: Client): Subject => ({ kind: 'client', id, edges });
