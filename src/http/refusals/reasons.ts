import { AUTHORIZATION_REASONS } from './reasons/authorization-reasons.js';
import { CLIENT_REASONS } from './reasons/client-reasons.js';
import { HOST_REASONS } from './reasons/host-reasons.js';
import { REQUEST_REASONS } from './reasons/request-reasons.js';
import { SIGN_IN_REASONS } from './reasons/sign-in-reasons.js';
import { TOKEN_REASONS } from './reasons/token-reasons.js';

/**
 * Every reason of a refusal, by its stable code: log searches and alerts rely on it. docs/refusals.md is made from this table
 * (`npm run refusals-page`).
 */
export const REASONS = {
  ...CLIENT_REASONS,
  ...AUTHORIZATION_REASONS,
  ...TOKEN_REASONS,
  ...SIGN_IN_REASONS,
  ...REQUEST_REASONS,
  ...HOST_REASONS,
} as const;

export type Reason = keyof typeof REASONS;
