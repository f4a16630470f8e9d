import type { Context } from 'koa';
import type { AccountDone, AccountError, AccountPageName, AccountSurroundings } from '#views/account-frame.js';
import type { VNode } from 'preact';
import type { Cursor } from '../base/paging.js';
import type { Actor } from '../changes/actor.js';
import type { User } from '../identity/users/user.js';
import type { Session } from '../sessions/session.js';
import type { Stored } from '../storage/spec.js';

/**
 * One page of `/account`. A new page is a file that exports a function from its dependencies to an AccountPage, and a line in
 * `app/application.ts`. The router has checked that the user is signed in. For a posted form, it has also checked that they
 * authenticated within five minutes and that the form is ours.
 */
export interface AccountPage {
  /** Below `/account`. Empty: the start page. */
  readonly path: '' | `/${string}`;
  /** The key of its texts. */
  readonly name: AccountPageName;
  /**
   * The page serves changes only, so a user who authenticated too long ago signs in before it is shown, and not after they
   * press the button.
   */
  readonly forChanges: boolean;
  /** @param shown set if a form of this page was refused */
  show(visit: AccountVisit, shown?: RefusedChange): Promise<void>;
  /** The handlers of its forms, by the value of the hidden field `form`. */
  readonly forms: Readonly<Record<string, (visit: AccountVisit, fields: FormFields) => Promise<void>>>;
  /**
   * Takes the answer of another identity provider at `/answer/CONNECTOR` below this page. As for a form, the user authenticated within five
   * minutes. Whether this browser waits for the answer is checked here.
   */
  readonly answered?: (visit: AccountVisit, connector: string) => Promise<void>;
}

/** The submitted fields, without those of every form (`form`, `csrf`). */
export type FormFields = ReadonlyMap<string, string>;

/** The number of rows per page of a list. */
export const ROWS = 100;

/** The handler of a form that has only a button: a form with further fields is not ours and is refused. */
export const buttonAlone =
  (show: AccountPage['show'], then: (visit: AccountVisit) => Promise<void>) =>
  (visit: AccountVisit, fields: FormFields): Promise<void> =>
    fields.size === 0 ? then(visit) : show(visit, { status: 400, error: 'form-unreadable' });

export interface RefusedChange {
  readonly status: number;
  readonly error: AccountError;
  /** Submitted values that may be shown again. */
  readonly typed?: FormFields;
}

/** A user's request for their own account; it gives no access to other accounts. */
export interface AccountVisit {
  readonly ctx: Context;
  readonly user: Stored<User>;
  readonly session: Stored<Session>;
  /** The user as the actor of changes. */
  readonly by: Actor;
  /** The address that this page's forms post to: the same page of its list. */
  readonly action: string;
  /** The cursor of the shown page of its list; absent for the first page. */
  readonly after: Cursor | undefined;
  /** Leads to the first page of its list. */
  readonly first: string;
  /** Leads to the page of its list that begins there. */
  further(next: Cursor): string;
  /** The CSRF token of this page's form with that name. */
  csrf(form: string): string;
  /** Responds with a page in the account's frame. */
  answer(
    page: (around: AccountSurroundings) => VNode,
    refused?: Pick<RefusedChange, 'status' | 'error'>,
  ): Promise<void>;
  /** After an accepted form: redirects to this page, or another one, with a confirmation. */
  done(what: AccountDone, page?: AccountPageName): void;
}
