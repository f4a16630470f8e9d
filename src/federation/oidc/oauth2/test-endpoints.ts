import * as openid from 'openid-client';
import type { TestStep } from '../../contract/connector-condition.js';
import type { ProviderFault, ProviderReason } from '../client/faults.js';
import { faultOf } from '../client/library-faults.js';
import type { OAuth2Client } from './oauth2-client.js';

/** What an endpoint says of a code that it never gave, after it accepted the client. */
const OF_A_SENSELESS_CODE: ReadonlySet<ProviderReason> = new Set<ProviderReason>([
  'code-refused',
  'token-error',
  // None was sent: a test has no sign-in.
  'redirect-uri-refused',
]);

/** Asks the token endpoint with a code that nobody gave, and the profile without a token. Never throws. */
export const testEndpoints = async (client: OAuth2Client): Promise<readonly TestStep[]> =>
  Promise.all([tokenStep(client), profileStep(client)]);

async function tokenStep(client: OAuth2Client): Promise<TestStep> {
  const { pkce, tokenEndpoint } = client.settings.connection;
  const fault = await faultIn(async () => {
    await openid.genericGrantRequest(client.configuration(), 'authorization_code', {
      code: 'test-of-the-connector',
      ...(pkce && { code_verifier: openid.randomPKCECodeVerifier() }),
    });
  });
  // A token for no code: whatever answers is no token endpoint.
  if (!fault) return failed('token', { reason: 'status-unexpected' }, tokenEndpoint);
  if (!OF_A_SENSELESS_CODE.has(fault.reason)) return failed('token', fault, tokenEndpoint);
  const details = [`token endpoint: ${tokenEndpoint}`, `a senseless code: ${fault.reason}`];
  return { step: 'token', outcome: 'ok', details };
}

async function profileStep(client: OAuth2Client): Promise<TestStep> {
  const { profile } = client.settings.subject;
  const fault = await faultIn(async () => {
    await client.api().object(profile);
  });
  const isRefused = fault?.reason === 'userinfo-refused' && fault.details?.['status'] !== 404;
  if (fault && !isRefused) return failed('profile', fault, profile.url);
  const details = [`profile: ${profile.url}`, `without a token: ${fault ? 'refused' : 'answered'}`];
  return { step: 'profile', outcome: 'ok', details };
}

async function faultIn(attempt: () => Promise<void>): Promise<ProviderFault | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    return faultOf(error);
  }
}

function failed(
  step: 'token' | 'profile',
  { reason, details = {} }: Pick<ProviderFault, 'reason' | 'details'>,
  url: string,
): TestStep {
  const lines = Object.entries(details).map(([name, value]) => `${name}: ${value}`);
  return { step, outcome: 'failed', reason, details: [`asked: ${url}`, ...lines] };
}
