/** The author of a change. The first parameter of every function that changes what others rely on. */
export interface Actor {
  /** `host`: a person at the command line; `system`: Gatehouse itself. */
  readonly kind: 'user' | 'client' | 'host' | 'system';
  /** The user or client id; for the host the name of the account there; for the system the part that acts. */
  readonly id: string;
  readonly requestId: string;
  /** The client's network address, as `http/` found it. */
  readonly address?: string;
  /** The User-Agent header, no more than its first 300 characters. */
  readonly agent?: string;
}
