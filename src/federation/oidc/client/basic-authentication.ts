import type { ClientAuth } from 'openid-client';

/**
 * A client proves itself by its id and secret in a header, each encoded as a form is (RFC 6749 2.3.1). A form leaves `-`, `_`, `.` and `*` as
 * they are. The library encodes them too, which a provider that decodes nothing takes for another secret.
 */
export const basicAuthentication =
  (secret: string): ClientAuth =>
  (_server, { client_id: id }, _body, headers) => {
    const credentials = Buffer.from(`${formEncoded(id)}:${formEncoded(secret)}`).toString('base64');
    headers.set('authorization', `Basic ${credentials}`);
  };

const formEncoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice('='.length);
