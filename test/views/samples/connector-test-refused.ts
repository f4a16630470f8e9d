import { ConnectorTestRefused } from '../../../views/connector-test-refused.js';
import { en } from '../../../views/locales/en.js';
import type { Samples } from '../sample.js';

const command = 'gatehouse connector test partner --sign-in';
const causes = Object.keys(en.connectorTest.refused.why) as (keyof typeof en.connectorTest.refused.why)[];

export const samples: Samples = Object.fromEntries(
  causes.map((why) => [why, (around) => ConnectorTestRefused({ ...around, why, command })]),
);
