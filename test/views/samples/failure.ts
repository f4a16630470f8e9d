import { Failure, type FailureProps } from '../../../views/failure.js';
import type { Surroundings } from '../../../views/layout.js';
import type { Samples } from '../sample.js';

const page =
  (more: Pick<FailureProps, 'fault' | 'code' | 'description' | 'reason' | 'contact'>) => (around: Surroundings) =>
    Failure({ ...around, requestId: '01J9Z7Q0000000000000000000', ...more });

export const samples: Samples = {
  application: page({
    fault: 'application',
    code: 'invalid_request',
    description: "redirect_uri did not match any of the client's registered redirect_uris",
    reason: 'redirect_uri is not registered for this client, exactly as it was sent',
  }),
  'of no use here': page({ fault: 'signInElsewhere' }),
  'not believed': page({ fault: 'signOutElsewhere' }),
  'not found': page({ fault: 'notFound' }),
  ours: page({ fault: 'ours', contact: { text: 'Help desk', link: 'https://help.people.test/' } }),
};
