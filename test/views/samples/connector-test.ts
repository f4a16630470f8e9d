import { ConnectorTest } from '../../../views/connector-test.js';
import { en } from '../../../views/locales/en.js';
import type { Samples } from '../sample.js';

const page = {
  connector: 'Partner Inc.',
  command: 'gatehouse connector test partner --sign-in',
  reported: [],
} as const;
const outcomes = Object.keys(en.connectorTest.outcome) as (keyof typeof en.connectorTest.outcome)[];
const steps = [
  ...Object.keys(en.connectorTest.step).map((step) => ({ step, outcome: 'ok', details: [] }) as const),
  ...outcomes.map((outcome) => ({ step: `a code ${outcome}`, outcome, details: ['keys: 2'] })),
];
const told = {
  subject: '6f1d0b7e',
  claims: [
    { name: 'email', values: ['bea@partner.example'] },
    { name: 'roles', values: ['one', 'two'] },
  ],
  groups: ['staff', 'sales'],
  level: 'urn:mfa',
  signedInAt: 1_796_000_000_000,
  mapping: ['Profile rule 1 (username): set "bea".'],
};
const would = {
  rules: ['A verified address of partner.example: fulfilled'],
  results: ['A new user bea would be created in partner, with:'],
  changes: ['email: bea@partner.example'],
};

export const samples: Samples = {
  worked: (around) => ConnectorTest({ ...around, ...page, steps, told, would }),
  'little is told': (around) =>
    ConnectorTest({
      ...{ ...around, ...page, steps, would: { rules: [], results: ['Nothing.'], changes: [] } },
      told: { subject: '6f1d0b7e', claims: [], mapping: [] },
    }),
  'no groups': (around) => ConnectorTest({ ...around, ...page, steps, told: { ...told, groups: [] }, would }),
  failed: (around) =>
    ConnectorTest({
      ...{ ...around, ...page, reported: ['client-refused status=401'] },
      failure: { reason: 'client-refused', text: 'The provider does not accept the client id or secret.' },
      steps: [{ step: 'tokens', outcome: 'failed', reason: 'client-refused', details: [] }],
    }),
};
