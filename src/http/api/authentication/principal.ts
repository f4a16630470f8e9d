import type { EvaluationContext } from '../../../access/evaluation/evaluation-context.js';
import type { User } from '../../../identity/users/user.js';
import type { Client } from '../../../realm/clients/client.js';

/** The authenticated caller of an operation. */
export type Principal =
  /** A client that acts for itself. */
  | {
      readonly kind: 'client';
      readonly client: Client;
      /** The scopes of its access token; absent: it authenticated by its secret. */
      readonly scopes?: readonly string[];
    }
  /** A user, through a client that holds the user's access token. */
  | {
      readonly kind: 'user';
      readonly user: User;
      readonly client: Client;
      readonly scopes: readonly string[];
      /** How the user signed in, as far as the token says it. */
      readonly authentication?: EvaluationContext['authentication'];
      /** The connector of the sign-in, as far as the token says it. */
      readonly connector?: string;
    }
  /** An unknown caller of an operation that is open to everybody. */
  | { readonly kind: 'anonymous' };
