import { pathOf } from '../../pages/pages.js';

/** The path of the pages on which a connector is tested. The cookie of a begun test is sent nowhere else. */
export const testPath = (issuer: URL, connector: string): string =>
  `${pathOf(issuer)}/connector/${encodeURIComponent(connector)}/test`;

/** The link that begins a test. */
export const testLink = (issuer: URL, connector: string, ticket: string): string =>
  `${issuer.origin}${testPath(issuer, connector)}?${new URLSearchParams({ ticket })}`;

/** Makes such a link. What is no id, as in an address that somebody made up, never becomes a part of a command to copy. */
export const testCommand = (connector: string): string =>
  `gatehouse connector test ${/^[a-z0-9][a-z0-9-]{0,39}$/.test(connector) ? connector : 'CONNECTOR'} --sign-in`;
