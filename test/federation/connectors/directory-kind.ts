import type { ConnectorKind, LookupOutcome } from '../../../src/federation/contract/connector-kind.js';
import { testKind } from './test-kind.js';

/** The protocol of tests with a directory behind it: it finds the subjects that a test names, and knows no others. */
export function directoryKind(subjects: Iterable<string>) {
  const answers = new Map<string, LookupOutcome>(
    [...subjects].map((subject) => [subject, { kind: 'found', identity: { subject, claims: new Map() } }]),
  );
  const { kind: plain, closed, created } = testKind();
  const kind: typeof plain = {
    ...plain,
    create: (parts) => ({
      ...plain.create(parts),
      lookup: async (subject) => answers.get(subject) ?? { kind: 'unknown' },
    }),
  };
  return { kind: kind as ConnectorKind, answers, closed, created };
}
