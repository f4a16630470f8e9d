/** The library's endpoints, by their path below the issuer's. */
export interface Endpoint {
  /** In the log. */
  readonly name: string;
  readonly methods: readonly Method[];
  /** Its request is stored until it is answered later. */
  readonly keepsRequest?: true;
  /** Scripts of clients' own pages call it (CORS). */
  readonly forPages?: true;
  /**
   * Whether whoever asks authenticates as a client (RFC 6749 2.3). `identified`: a public client says who it is, and that is enough (RFC 7009 2.1);
   * `authenticated`: it proves it (RFC 7662 2.1).
   */
  readonly client?: 'identified' | 'authenticated';
}

type Method = 'GET' | 'HEAD' | 'POST';

const READ: readonly Method[] = ['GET', 'HEAD'];
const READ_AND_POST: readonly Method[] = ['GET', 'HEAD', 'POST'];
const POST: readonly Method[] = ['POST'];

const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map([
  ['/auth', { name: 'authorization', methods: READ_AND_POST }],
  ['/token', { name: 'token', methods: POST, forPages: true, client: 'identified' }],
  ['/token/introspection', { name: 'introspection', methods: POST, client: 'authenticated' }],
  ['/token/revocation', { name: 'revocation', methods: POST, forPages: true, client: 'identified' }],
  [
    '/request',
    {
      name: 'pushed-authorization-request',
      methods: POST,
      keepsRequest: true,
      forPages: true,
      client: 'identified',
    },
  ],
  ['/me', { name: 'userinfo', methods: READ_AND_POST, forPages: true }],
  ['/session/end', { name: 'end-session', methods: READ_AND_POST }],
  ['/session/end/confirm', { name: 'end-session', methods: POST }],
  ['/session/end/success', { name: 'end-session', methods: READ }],
  ['/jwks', { name: 'jwks', methods: READ }],
  ['/.well-known/openid-configuration', { name: 'discovery', methods: READ }],
  ['/.well-known/oauth-authorization-server', { name: 'discovery', methods: READ }],
]);

const RESUMED: Endpoint = { name: 'authorization', methods: READ };

/** The endpoint at this path; undefined: there is none. */
export const endpointAt = (path: string): Endpoint | undefined =>
  ENDPOINTS.get(path) ?? (/^\/auth\/[^/]+$/.test(path) ? RESUMED : undefined);
