/** Something that names a thing which is to be removed. */
export interface Reference {
  readonly kind: 'user' | 'group' | 'role' | 'client' | 'resource-server';
  readonly id: string;
  /** For people to read; it may come from outside, so whoever prints it makes it printable. */
  readonly name: string;
  readonly how: ReferenceHow;
}

/** In which way a document names another. */
export type ReferenceHow =
  | 'assignment' // a role or a permission is assigned to it
  | 'membership' // it is a member of the group or customer group
  | 'limitation' // a policy or an assignment of it is limited to the group or client
  | 'policy' // a policy of the role is about the resource server or permission
  | 'includes'
  | 'excludes'
  | 'audience' // the role counts there alone, so it goes with it
  | 'resource-servers' // the client may ask for tokens of it
  | 'introspects'
  | 'claims'; // the client is told of permissions there
