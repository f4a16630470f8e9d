import { createHmac, hkdfSync } from 'node:crypto';
import type { OwnKey } from '../../contract/connector-kind.js';

/**
 * The id of a request, from the state that comes back beside its answer. So whoever receives an answer knows which request it has to name, from
 * nothing but what came. Only we can make such an id: nobody else can cause that a signature is looked at.
 *
 * An id begins with no digit (XML Schema, `xs:ID`), and nobody can guess it (SAML Core 1.3.4).
 */
export const requestId = ({ privateKey }: Pick<OwnKey, 'privateKey'>, state: string): string => {
  const secret = privateKey.export({ type: 'pkcs8', format: 'der' });
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'gatehouse saml request id', 32));
  return `_${createHmac('sha256', key).update(state).digest('hex')}`;
};
