import type { Context } from 'koa';
import type { AccountDone, AccountError, AccountPageName, AccountSurroundings } from '#views/account-frame.js';
import type { VNode } from 'preact';
import type { Cursor } from '../base/paging.js';
import type { Actor } from '../changes/actor.js';
import type { User } from '../identity/users/user.js';
import type { Session } from '../sessions/session.js';
import type { Stored } from '../storage/spec.js';

/**
 * One page of `/account`. A new one is a file that exports a function from what it needs to one of these, and a line in
 * `app/application.ts`. The router has seen to it that somebody is signed in and, before a form is taken, that they authenticated within
 * five minutes and that the form is ours.
 */
export interface AccountPage {
  /** Below `/account`. Empty: the page where one arrives. */
  readonly path: '' | `/${string}`;
  /** By which the texts name it. */
  readonly name: AccountPageName;
  /** All that it is for is a change: who authenticated longer ago does so before it is shown, and not when they press the button. */
  readonly forChanges: boolean;
  /** @param shown when a form of this page could not be taken */
  show(visit: AccountVisit, shown?: RefusedChange): Promise<void>;
  /** The handlers of its forms, by the name in the hidden field `form`. */
  readonly forms: Readonly<Record<string, (visit: AccountVisit, fields: FormFields) => Promise<void>>>;
}

/** The typed fields, without those that every form has (`form`, `csrf`). */
export type FormFields = ReadonlyMap<string, string>;

/** Rows of a list that are shown at once. */
export const ROWS = 100;

/** A form that is a button alone: what holds anything more is not ours, and is refused as every form is. */
export const buttonAlone =
  (show: AccountPage['show'], then: (visit: AccountVisit) => Promise<void>) =>
  (visit: AccountVisit, fields: FormFields): Promise<void> =>
    fields.size === 0 ? then(visit) : show(visit, { status: 400, error: 'form-unreadable' });

export interface RefusedChange {
  readonly status: number;
  readonly error: AccountError;
  /** Typed values that may be shown again. */
  readonly typed?: FormFields;
}

/** One request of a person about their own account; there is no way from here to anybody else's. */
export interface AccountVisit {
  readonly ctx: Context;
  readonly user: Stored<User>;
  readonly session: Stored<Session>;
  /** The person, for what they change. */
  readonly by: Actor;
  /** Where this page's forms go: to the same part of its list. */
  readonly action: string;
  /** Where the part of its list begins that is shown: at the first row, where it is absent. */
  readonly after: Cursor | undefined;
  /** Leads to the first part of its list. */
  readonly first: string;
  /** Leads to the part of its list that begins there. */
  further(next: Cursor): string;
  /** The token of this page's form of that name. */
  csrf(form: string): string;
  /** Answers with a page in the account's frame. */
  answer(
    page: (around: AccountSurroundings) => VNode,
    refused?: Pick<RefusedChange, 'status' | 'error'>,
  ): Promise<void>;
  /** After a form was taken: back to this page, or another, which says what was done. */
  done(what: AccountDone, page?: AccountPageName): void;
}
