import type { TestStep } from '../contract/connector-condition.js';
import { faultOf } from './client/library-faults.js';
import type { DiscoveredProvider, Provider } from './provider.js';
import { isSigningKey } from './signing-keys.js';

/** Reads the discovery document and the keys anew, which is what a sign-in needs without a person. Never throws. */
export async function testProvider(provider: Provider): Promise<readonly TestStep[]> {
  let discovered: DiscoveredProvider;
  try {
    discovered = await provider.discover();
    // Refuses a client without its secret.
    await provider.client(discovered);
  } catch (error) {
    return [failed('discovery', error), { step: 'keys', outcome: 'skipped' }];
  }
  return [discoveryStep(discovered), await keysStep(discovered)];
}

function discoveryStep({ metadata }: DiscoveredProvider): TestStep {
  const details = [
    `issuer: ${metadata.issuer}`,
    `authorization endpoint: ${metadata.authorization_endpoint}`,
    `token endpoint: ${metadata.token_endpoint}`,
    `endpoint for pushed requests: ${metadata.pushed_authorization_request_endpoint ?? 'none'}`,
    `userinfo endpoint: ${metadata.userinfo_endpoint ?? 'none'}`,
    `signatures: ${metadata.id_token_signing_alg_values_supported.join(', ')}`,
  ];
  return { step: 'discovery', outcome: 'ok', details };
}

async function keysStep({ keys, metadata }: DiscoveredProvider): Promise<TestStep> {
  try {
    const { keys: found } = await keys.forKey(undefined);
    const details = [`keys: ${found.filter(isSigningKey).length}`, `read from: ${metadata.jwks_uri}`];
    return { step: 'keys', outcome: 'ok', details };
  } catch (error) {
    return failed('keys', error);
  }
}

function failed(step: 'discovery' | 'keys', error: unknown): TestStep {
  const { reason, details = {} } = faultOf(error);
  const lines = Object.entries(details).map(([name, value]) => `${name}: ${value}`);
  return { step, outcome: 'failed', reason, ...(lines.length > 0 && { details: lines }) };
}
