import { pathOf } from '../pages/pages.js';
import { testPath } from './connector-test/test-address.js';
import { isLink, isTest } from './redirect-state.js';

/** Where an answer of a connector's upstream is taken. @param uid see {@link uidOfState} */
export function answerPath(issuer: URL, uid: string, connector: string): string {
  if (isTest(uid)) return `${testPath(issuer, connector)}/answer`;
  const name = encodeURIComponent(connector);
  if (isLink(uid)) return `${linkAnswersPath(issuer)}/${name}`;
  return `${pathOf(issuer)}/sign-in/${uid}/redirect/${name}/answer`;
}

/** The path below which the account pages take answers. The cookie of a begun link is sent nowhere else. */
export const linkAnswersPath = (issuer: URL): string => `${pathOf(issuer)}/account/links/answer`;
