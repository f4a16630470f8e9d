import type { ReasonText } from './reason-text.js';

/** About what happens without a request. */
export const HOST_REASONS = {
  'logout-not-delivered': {
    cause: 'An application did not take the back-channel logout.',
    cure: 'Compare its `backchannelLogoutUri`, and read the log of the application.',
  },
  'configuration-wrong': {
    cause: 'A setting, a key file or the store does not fit.',
    cure: 'The words name the setting and what it should be.',
  },
  'realm-file-refused': {
    cause: 'The realm file has a mistake. Nothing was changed.',
    cure: 'The words name the line and the field. `gatehouse apply FILE --dry-run` tries a file.',
  },
  'store-unreachable': {
    cause: 'The store does not answer.',
    cure: 'Look whether it runs, and whether GATEHOUSE_STORE leads to it.',
  },
  'method-not-allowed': {
    cause: 'The endpoint does not take this HTTP method.',
    cure: 'Use the method that the answer’s Allow header names.',
  },
  other: {
    cause: 'Another rule of the protocol was broken.',
    cure: 'Read the words of the line: they name the rule.',
  },
} as const satisfies Readonly<Record<string, ReasonText>>;
