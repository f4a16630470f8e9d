import type { IncomingMessage } from 'node:http';
import { basicCredentials, basicHeader } from '../../http/request/basic-credentials.js';

/**
 * The library refuses a Basic header whose secret cannot be decoded (RFC 6749 2.3.1). Such a secret was sent as it is: this writes the
 * header as the standard has it. A secret that can be read in both ways is left alone, and compared in both.
 */
export function encodePlainSecret({ headers }: Pick<IncomingMessage, 'headers'>): void {
  const credentials = basicCredentials(headers.authorization ?? '');
  if (credentials?.isPlain === true) headers.authorization = basicHeader(credentials.id, credentials.secrets[0]);
}
