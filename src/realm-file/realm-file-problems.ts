import type { ExposedFile } from '../config/private-file.js';
import type { Group } from '../identity/groups/group.js';
import type { Client } from '../realm/clients/client.js';

/** The fault of a file that should contain a secret. */
export type SecretFileFault =
  | { readonly is: 'outside' }
  | { readonly is: 'not-plain' }
  | { readonly is: 'link' }
  | { readonly is: 'exposed'; readonly exposed: ExposedFile }
  | { readonly is: 'too-long'; readonly most: number }
  | { readonly is: 'empty' }
  /** `code` as the system names the error. */
  | { readonly is: 'unreadable'; readonly code: string };

declare module '../base/problems/problem.js' {
  interface ProblemParams {
    /** `said` are the words of the library of YAML, which are English. */
    'file-syntax': { readonly said: string };
    'file-too-long': { readonly most: number };
    'file-too-deep': NoParams;
    'file-alias': { readonly alias: string };
    'file-name-form': NoParams;
    'unknown-field': { readonly meant?: string; readonly known: readonly string[] };
    'in-file-twice': { readonly name: string };
    'identifier-in-file-twice': { readonly name: string };
    'secret-written': NoParams;
    'rule-of-no-segment': NoParams;
    'segment-group-of-no-segment': NoParams;
    'only-plain-groups-nest': NoParams;
    'password-and-hash': NoParams;
    'client-needs-secret': { readonly client: string };
    'authentication-without-secret': { readonly authentication: Client['authentication'] };
    /** `bootstrap`: whether `gatehouse bootstrap` makes it. */
    'secret-file-missing': { readonly file: string; readonly bootstrap?: boolean };
    'secret-variable-unset': { readonly variable: string };
    'secret-file': { readonly file: string; readonly fault: SecretFileFault };
    'secret-not-made': NoParams;
    'address-of-another': { readonly email: string };
    'nobody-administrator': NoParams;
    'reference-unknown': {
      readonly kind: 'role' | 'group' | 'resource-server' | 'permission';
      readonly name: string;
      /** The resource server, if the thing is a permission. */
      readonly of?: string;
      readonly meant?: string;
    };
    'account-client-in-file': { readonly id: string };
    'user-id-fixed': { readonly username: string; readonly id: string };
    /** `type` absent: a plain group. */
    'group-kind-fixed': { readonly name: string; readonly type?: Group['type'] };
    gone: NoParams;
    'changed-since-check': NoParams;
  }
}
