import type { RedirectKind, RedirectParts } from '../contract/connector-kind.js';
import type {
  BroughtSignOut,
  BrowserTarget,
  RedirectBegun,
  RedirectConnector,
  RedirectOutcome,
} from '../contract/redirect-connector.js';
import { ReportedHealth } from '../health/reported-health.js';
import { beginSamlSignIn } from './begin-sign-in.js';
import { completeSamlSignIn } from './complete-sign-in.js';
import { faultOf, NOT_OF_THE_PROVIDER } from './faults.js';
import { selfSigned } from './keys/certificate.js';
import { readSignOut, signOutTarget } from './messages/sign-outs.js';
import { ownMetadata } from './metadata/own-metadata.js';
import { SamlProvider } from './metadata/provider.js';
import { plainAttributes } from './presets/attribute-names.js';
import { samlPresets } from './presets/saml-presets.js';
import { receiveAnswer } from './receive-answer.js';
import type { SamlParts } from './saml-parts.js';
import { type SamlSettings, samlSettings } from './settings/saml-settings.js';
import { testSamlProvider } from './test-provider.js';

/** Any identity provider that speaks SAML 2.0, by the web browser SSO profile (SAML Profiles 4.1). */
export const samlKind: RedirectKind<SamlSettings> = {
  kind: 'saml',
  signsInBy: 'redirect',
  settings: samlSettings,
  presets: samlPresets,
  mapping: plainAttributes,
  idsDependOn: ({ connection: { idpEntityId, entityId, nameIdFormat }, subject }) =>
    new Map([
      ['connection.idpEntityId', idpEntityId],
      ['subject.attribute', subject.attribute ?? ''],
      // A persistent name identifier is one for each pair of provider and service; an attribute is the same everywhere.
      ...(subject.attribute === undefined
        ? ([
            ['connection.entityId', entityId ?? ''],
            ['connection.nameIdFormat', nameIdFormat ?? ''],
          ] as const)
        : []),
    ]),
  readsDocuments: true,
  certify: selfSigned,
  create: samlConnector,
};

function samlConnector({
  id,
  settings,
  fetch,
  addresses,
  ownKeys = [],
  report,
}: RedirectParts<SamlSettings>): RedirectConnector {
  const parts: SamlParts = {
    ...{ settings, addresses, report, keys: ownKeys },
    provider: new SamlProvider({ settings, fetch, report }),
  };
  const health = new ReportedHealth(report, NOT_OF_THE_PROVIDER);
  const { answered, failed, reported } = health;

  /** The sign-out has happened here: whatever keeps the browser from going on undoes nothing. */
  async function orNowhere(found: () => Promise<BrowserTarget | undefined>): Promise<BrowserTarget | undefined> {
    try {
      return await found();
    } catch (error) {
      failed(faultOf(error));
      return undefined;
    }
  }

  const { idpInitiated, logout, handsOnPromptNone } = settings.connection;
  return {
    ...{ signsInBy: 'redirect', id },
    ...(idpInitiated && { landing: idpInitiated }),
    ...(handsOnPromptNone && { takesPassive: true }),
    async begin(request): Promise<RedirectBegun> {
      try {
        return { kind: 'begun', ...(await beginSamlSignIn(parts, request)) };
      } catch (error) {
        return failed(faultOf(error));
      }
    },
    receive: (fields) => receiveAnswer(parts, fields, failed),
    complete(answer): Promise<RedirectOutcome> {
      try {
        const outcome = completeSamlSignIn(parts, answer);
        answered();
        return Promise.resolve(outcome);
      } catch (error) {
        const fault = faultOf(error);
        // Without a document, a browser says what failed: `receive` has noted what is true of that.
        return Promise.resolve(answer.received === undefined ? reported(fault) : failed(fault));
      }
    },
    async readSignOut(message): Promise<BroughtSignOut> {
      try {
        const read = await readSignOut(parts, message);
        return read.kind === 'ended' ? { ...read, answer: (isDone) => orNowhere(() => read.answer(isDone)) } : read;
      } catch (error) {
        return failed(faultOf(error));
      }
    },
    ...(logout !== 'never' && {
      signOut: { when: logout, address: (request) => orNowhere(() => signOutTarget(parts, request)) },
    }),
    describe: () =>
      Promise.resolve({
        contentType: 'application/samlmetadata+xml',
        body: `<?xml version="1.0" encoding="UTF-8"?>\n${ownMetadata(settings, addresses, ownKeys)}`,
      }),
    test: () => testSamlProvider(parts),
    health: () => health.health(parts.provider.certificateUntil),
    close: () => Promise.resolve(),
  };
}
