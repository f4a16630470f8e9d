import type { TestStep } from '../../federation/contract/connector-condition.js';
import type { Client } from '../../realm/clients/client.js';
import type { UnusedAnswer } from '../../sign-in/refuse-upstream.js';

/** Whether sign-ins that begin at the provider lead to an application. A connector knows only its id, so that no order of setting up is prescribed. */
export function landingStep(id: string, client: Pick<Client, 'initiateLoginUri'> | undefined): TestStep {
  if (client?.initiateLoginUri !== undefined)
    return { step: 'landing', outcome: 'ok', details: [`application: ${id}`, `address: ${client.initiateLoginUri}`] };
  const reason: UnusedAnswer = 'arrival-no-application';
  const missing = client ? 'it has no initiateLoginUri' : 'it does not exist';
  return { step: 'landing', outcome: 'failed', reason, details: [`application: ${id}`, missing] };
}
