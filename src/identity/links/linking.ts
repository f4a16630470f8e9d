import { problem } from '../../base/problems/problem.js';
import { refused, type Saved } from '../../changes/change-result.js';
import type { Change } from '../../changes/event.js';
import type { Stored } from '../../storage/spec.js';
import { insert, replace } from '../../storage/write.js';
import type { UserDocuments } from '../users/user-documents.js';
import { type IdentityLink, identityLinks, type UpstreamSubject } from './identity-link.js';

/** The change that makes a link, alone or beside others in one commit. */
export const linking = (documents: Pick<UserDocuments, 'event'>, link: IdentityLink): Change => ({
  event: {
    ...documents.event('linked', link.userId),
    details: { connector: link.connector },
    after: { links: [shown(link)] },
  },
  writes: [insert(identityLinks, link)],
});

/** The change that gives a link another subject: the same person, by another id of the upstream. */
export const relinking = (
  documents: Pick<UserDocuments, 'event'>,
  { version, subjectBy: _, ...link }: Stored<IdentityLink>,
  subject: string,
  subjectBy?: string,
): Change => {
  const after = { ...link, subject, ...(subjectBy !== undefined && { subjectBy }) };
  return {
    event: {
      ...documents.event('linked', link.userId),
      details: { connector: link.connector },
      ...{ before: { links: [shown(link)] }, after: { links: [shown(after)] } },
    },
    writes: [replace(identityLinks, after, version)],
  };
};

export const linkedAlready = ({ connector }: UpstreamSubject): Saved<never> =>
  refused('taken', problem('subject-linked-already', [], { connector }));

/** What audit records say of a link. */
const shown = ({ connector, issuer, subject }: IdentityLink) => ({
  connector,
  subject,
  ...(issuer !== '' && { issuer }),
});
