import type { ConnectorAddresses } from '../contract/redirect-connector.js';

/** The addresses of a connector, which an administrator registers at the upstream. They never change, since its id does not. */
export function connectorAddresses(issuer: URL, connector: string): ConnectorAddresses {
  const folder = `${issuer.origin}${issuer.pathname.replace(/\/+$/, '')}/connector/${connector}`;
  return {
    callback: `${folder}/callback`,
    signedOut: `${folder}/signed-out`,
    signOut: `${folder}/sign-out`,
    description: `${folder}/metadata`,
  };
}
