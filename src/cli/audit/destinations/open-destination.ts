import type { Parts } from '../../../app/parts.js';
import { NotUnderstood } from '../../arguments/usage-error.js';
import type { Output } from '../../output/output.js';
import type { Destination } from './destination.js';
import { stdoutDestination } from './stdout-destination.js';
import { type SyslogAddress, syslogDestination } from './syslog-destination.js';
import { webhookDestination } from './webhook-destination.js';

/** Where a stream goes, as given. */
export type DestinationAddress =
  | { readonly kind: 'stdout' }
  | { readonly kind: 'syslog'; readonly address: SyslogAddress }
  | { readonly kind: 'webhook'; readonly url: URL; readonly name: string };

const SYSLOG: Readonly<Record<string, { readonly transport: SyslogAddress['transport']; readonly port: number }>> = {
  // RFC 6587 names no port for TCP; receivers use that of UDP (RFC 5426). TLS: RFC 5425 section 4.1.
  'syslog:': { transport: 'tcp', port: 514 },
  'syslog+udp:': { transport: 'udp', port: 514 },
  'syslog+tls:': { transport: 'tls', port: 6514 },
};

const FORMS =
  '--to takes syslog://HOST, syslog+tls://HOST or syslog+udp://HOST, each with :PORT if it is another one, or the https:// address of a webhook.';

/** @param to absent: standard output @throws NotUnderstood */
export function readDestination(to: string | undefined, name: string | undefined): DestinationAddress {
  if (to === undefined) return { kind: 'stdout' };
  if (!URL.canParse(to)) throw new NotUnderstood(FORMS);
  const url = new URL(to);
  const { protocol, hostname, port, pathname, search, hash, username, password } = url;
  if (hostname === '' || username !== '' || password !== '' || hash !== '') throw new NotUnderstood(FORMS);
  if (protocol === 'https:' || protocol === 'http:') {
    if (name === undefined) throw new NotUnderstood('A webhook needs --name NAME: its secret belongs to the name.');
    return { kind: 'webhook', url, name };
  }
  const syslog = Object.hasOwn(SYSLOG, protocol) ? SYSLOG[protocol] : undefined;
  if (!syslog || search !== '' || !['', '/'].includes(pathname)) throw new NotUnderstood(FORMS);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    kind: 'syslog',
    address: { transport: syslog.transport, host, port: port === '' ? syslog.port : Number(port) },
  };
}

export function openDestination(address: DestinationAddress, parts: Parts, out: Output): Destination {
  switch (address.kind) {
    case 'stdout':
      return stdoutDestination(out);
    case 'syslog':
      return syslogDestination(address.address, new URL(parts.config.issuer).hostname);
    case 'webhook':
      return webhookDestination(parts, address.url, { name: address.name, secretVersion: 1 });
  }
}
