/** One server of a directory. */
export interface LdapServer {
  /** For reports: `ldaps://ldap.example.com:636`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** `none` only on this machine. */
  readonly tls: 'ldaps' | 'start-tls' | 'none';
}

/** Undefined if the text is no `ldap://host[:port]` or `ldaps://host[:port]`. */
export function parseServer(text: string, startTls = false): LdapServer | undefined {
  const found = /^(ldaps?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?\/?$/i.exec(text);
  if (!found) return undefined;
  const [, scheme = '', host = '', port] = found;
  const isLdaps = scheme.toLowerCase() === 'ldaps';
  const number = port === undefined ? (isLdaps ? 636 : 389) : Number(port);
  if (number < 1 || number > 65_535) return undefined;
  return {
    url: `${scheme.toLowerCase()}://${host.toLowerCase()}:${number}`,
    host: host.toLowerCase().replace(/^\[|\]$/g, ''),
    port: number,
    tls: isLdaps ? 'ldaps' : startTls ? 'start-tls' : 'none',
  };
}

/** Whether the connection never leaves this machine, so that nobody else can read it. */
export const isLoopback = ({ host }: LdapServer): boolean =>
  host === 'localhost' || host === '::1' || /^127(?:\.[0-9]{1,3}){3}$/.test(host);
