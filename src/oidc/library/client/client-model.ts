import type { ClientMetadata, Provider } from 'oidc-provider';

/** A client of the library. */
export type LibraryClient = InstanceType<Provider['Client']> & { scope?: string };

/** The library's class of clients, with the methods that the published types leave out. */
export interface ClientModel {
  new (metadata: ClientMetadata): LibraryClient;
  find(id: unknown): Promise<LibraryClient | undefined>;
  readonly prototype: ClientMethods;
}

interface ClientMethods {
  backchannelLogout: (this: LibraryClient) => Promise<void>;
  compareClientSecret: (this: LibraryClient, presented: string) => boolean;
  grantTypeAllowed: (this: LibraryClient, type: string) => boolean;
  postLogoutRedirectUriAllowed: (this: LibraryClient, uri: string) => boolean;
  redirectUriAllowed: (this: LibraryClient, uri: string) => boolean;
  responseModeAllowed: (this: LibraryClient, ...parameters: unknown[]) => boolean;
  responseTypeAllowed: (this: LibraryClient, type: string) => boolean;
}

/** Each provider has a class of its own. */
export const clientModel = ({ Client }: Pick<Provider, 'Client'>): ClientModel => Client as unknown as ClientModel;
