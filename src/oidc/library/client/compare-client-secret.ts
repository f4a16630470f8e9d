import { errors, type Provider } from 'oidc-provider';
import { now } from '../../../base/clock.js';
import { because } from '../../../http/refusals/because.js';
import { basicCredentials } from '../../../http/request/basic-credentials.js';
import { takesSecretBy } from '../../../realm/clients/client.js';
import { compareSecret } from '../../../realm/clients/client-secret.js';
import { currentScope } from '../../request-scope/request-scope.js';
import { clientBehind } from './client-behind.js';
import { clientModel } from './client-model.js';

/** Replaces `Client#compareClientSecret`: the library would need the secret in the clear, and we store hashes. */
export function compareClientSecrets(provider: Pick<Provider, 'Client'>): void {
  clientModel(provider).prototype.compareClientSecret = function (presented) {
    const client = clientBehind(this);
    // The library treats both ways of sending a secret as one. A client that registered one way never sends the other.
    const header = currentScope().ctx.get('authorization');
    const sent = header === '' ? 'client_secret_post' : 'client_secret_basic';
    if (!takesSecretBy(client, sent)) {
      throw because(
        new errors.InvalidClientAuth('the client authenticates in another way'),
        'authentication-method-wrong',
        `client authenticates by ${client.authentication}, a secret was sent by ${sent}`,
      );
    }
    // In Basic, a secret that was sent without encoding may decode to something else.
    const readings = basicCredentials(header)?.secrets ?? [presented];
    const at = now();
    for (const { expiresAt = 0 } of client.secrets) if (expiresAt > at) currentScope().lifetime.endAt(expiresAt);
    return readings.some((secret) => compareSecret(client, secret, at));
  };
}
