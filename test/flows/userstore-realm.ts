import type { PasswordConnector } from '../../src/identity/userstores/password-connector.js';
import type { StoreKind } from '../support/host/temporary-place.js';
import type { InProcessOptions } from '../support/host/use-in-process-host.js';
import { CONFIDENTIAL_SECRET, MACHINE_SECRET } from './flow-host.js';

/** The flow tests' realm with userstores of the test's own after `primary`, for `useInProcessHost()`. Background work stands still. */
export const userstoreRealm = (store: StoreKind, userstores: readonly PasswordConnector[]): InProcessOptions => ({
  store,
  realmFile: 'test/flows/realm.yaml',
  env: { CONFIDENTIAL_SECRET, MACHINE_SECRET },
  installation: { userstores },
  background: false,
});
