/** A reference to an object that is to be removed. */
export interface Reference {
  readonly kind: 'user' | 'group' | 'role' | 'client' | 'resource-server';
  readonly id: string;
  /** For display. It may come from outside, so callers have to escape it for output. */
  readonly name: string;
  readonly how: ReferenceHow;
}

/** How a document refers to another. */
export type ReferenceHow =
  | 'assignment' // a role or a permission is assigned to it
  | 'membership' // it is a member of the group or customer group
  | 'limitation' // a policy or an assignment of it is limited to the group or client
  | 'policy' // a policy of the role concerns the resource server or permission
  | 'includes'
  | 'excludes'
  | 'audience' // the role applies only there, so it is removed too
  | 'resource-servers' // the client may request tokens for it
  | 'introspects'
  | 'claims' // the client's tokens contain permissions there
  | 'connectors' // the client offers it for sign-in
  | 'mapped' // access came from it
  | 'mirrored' // the group mirrors one of its directory, and stays as an ordinary group
  | 'linked' // the user signs in through it, and lives elsewhere
  | 'userstore'; // the user's password is there
