import type { EnforcedDomain } from './password-connector.js';

/** A connector that signs people in on pages of its own, as far as typed names lead to it. */
export interface RedirectDomains {
  readonly id: string;
  /** E-mail domains, in ASCII form, whose addresses lead there. */
  readonly domains: readonly string[];
  /** Those whose users may sign in by this connector alone. */
  readonly enforces: readonly EnforcedDomain[];
}

/** Those that are enabled, in their order. The same array until a connector changes; makes no store call once warm. */
export type RedirectChain = () => Promise<readonly RedirectDomains[]>;
