import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { now } from '../../../base/clock.js';
import {
  answered,
  type CertificateReason,
  failed,
  type LdapAnswer,
  type LdapFailure,
  type LossReason,
} from './ldap-failure.js';
import type { LdapServer } from './ldap-server.js';

export interface Transport<S extends Socket = Socket> {
  readonly socket: S;
  /** When the server's certificate ends; absent: no TLS. */
  readonly certificateUntil?: number;
}

/** Connects by TCP. */
export async function openTcp(server: LdapServer, timeout: number): Promise<LdapAnswer<Socket>> {
  const socket = connectTcp({ host: server.host, port: server.port, noDelay: true });
  const error = await opened(socket, 'connect', timeout);
  return error === undefined ? answered(socket) : failed(connectFailure(server, error, 'connect-failed'));
}

/**
 * Begins TLS and verifies the certificate and its name. There is no way around this.
 *
 * @param ca the certificates to trust instead of those of the system, in PEM
 */
export async function beginTls(
  server: LdapServer,
  socket: Socket,
  ca: string | undefined,
  timeout: number,
): Promise<LdapAnswer<Required<Transport<TLSSocket>>>> {
  const { host } = server;
  const secure = connectTls({
    socket,
    // Without a name the certificate would be compared with `localhost`.
    host,
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
    minVersion: 'TLSv1.2',
    // Stated, so that no variable of the environment turns it off.
    rejectUnauthorized: true,
  });
  const error = await opened(secure, 'secureConnect', timeout);
  if (error !== undefined) {
    socket.destroy();
    return failed(connectFailure(server, error, 'tls-failed'));
  }
  return answered({ socket: secure, certificateUntil: Date.parse(secure.getPeerCertificate().valid_to) });
}

/** How long is left of a time that began then, and at least a little. */
export const remaining = (timeout: number, began: number): number => Math.max(1, timeout - (now() - began));

const TIMEOUT = Symbol('timeout');

/** Resolves with the error that came instead, and the socket is destroyed then. */
function opened(socket: Socket, event: 'connect' | 'secureConnect', timeout: number): Promise<unknown> {
  return new Promise((resolve) => {
    const end = (error: unknown): void => {
      clearTimeout(timer);
      socket.off('close', closed);
      // Stays with the socket until its owner listens: an error without a listener would end the process.
      if (error !== undefined) socket.destroy();
      resolve(error);
    };
    const timer = setTimeout(() => end(TIMEOUT), timeout);
    const closed = (): void => end(new Error('closed'));
    socket.once(event, () => end(undefined));
    socket.on('error', end);
    socket.once('close', closed);
  });
}

const LOSSES: ReadonlyMap<string, LossReason> = new Map([
  ['ECONNREFUSED', 'connect-refused'],
  ['ENOTFOUND', 'host-unknown'],
  ['EAI_AGAIN', 'host-unknown'],
  ['EHOSTUNREACH', 'host-unreachable'],
  ['ENETUNREACH', 'host-unreachable'],
  ['ETIMEDOUT', 'connect-timeout'],
]);

const CERTIFICATE_REASONS: ReadonlyMap<string, CertificateReason> = new Map([
  ['CERT_HAS_EXPIRED', 'certificate-expired'],
  ['CERT_NOT_YET_VALID', 'certificate-not-yet-valid'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate-wrong-host'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate-untrusted'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'certificate-untrusted'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate-untrusted'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate-untrusted'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate-untrusted'],
  ['CERT_SIGNATURE_FAILURE', 'certificate-untrusted'],
  ['INVALID_PURPOSE', 'certificate-untrusted'],
]);

function connectFailure({ url: server }: LdapServer, error: unknown, otherwise: LossReason): LdapFailure {
  if (error === TIMEOUT) return { kind: 'lost', reason: 'connect-timeout', server };
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const certificate = CERTIFICATE_REASONS.get(code);
  if (certificate) return { kind: 'untrusted', reason: certificate, server };
  return { kind: 'lost', reason: LOSSES.get(code) ?? otherwise, server };
}
