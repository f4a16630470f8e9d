import { ADDRESSES } from '../connector.js';
import { connectorInput } from '../../../../src/federation/connectors/connector-input.js';
import {
  byKind,
  connectorSettings,
  withPresetMapping,
} from '../../../../src/federation/connectors/connector-settings.js';
import type { ConnectorEvent } from '../../../../src/federation/contract/connector-kind.js';
import type { RedirectConnector, RedirectOutcome } from '../../../../src/federation/contract/redirect-connector.js';
import { mapIdentity, type MappedUser } from '../../../../src/federation/mapping/map-identity.js';
import type { Mapping } from '../../../../src/federation/mapping/mapping-input.js';
import { mappedClaims } from '../../../../src/federation/mapping/mapped-claims.js';
import { oidcKind } from '../../../../src/federation/oidc/oidc-kind.js';
import { signIn } from '../connector.js';
import { CLIENT_ID, type PresetProvider } from './preset-provider.js';

const KINDS = byKind([oidcKind]);

export interface WrittenPreset {
  readonly preset?: string;
  readonly connection?: object;
  readonly subject?: object;
  readonly mapping?: object;
}

export interface PresetConnector {
  readonly connector: RedirectConnector;
  readonly mapping: Mapping;
  readonly events: readonly ConnectorEvent[];
}

const read = ({ connection, ...written }: WrittenPreset) =>
  withPresetMapping(
    KINDS,
    connectorInput.parse({
      ...{ id: 'corp', displayName: 'Corp', kind: 'oidc', connection: { clientId: CLIENT_ID, ...connection } },
      ...written,
    }),
  );

/** What is wrong with the settings, as `path: code`. */
export function presetProblems(written: WrittenPreset): readonly string[] {
  const settings = connectorSettings(KINDS, read(written));
  return settings.ok ? [] : settings.problems.map(({ path, code }) => `${path.join('.')}: ${code}`);
}

/** The connector as the product makes it of what an administrator writes. */
export function presetConnector(
  provider: Pick<PresetProvider, 'fetch'>,
  { secret = 'the-secret', ...written }: WrittenPreset & { readonly secret?: string },
): PresetConnector {
  const input = read(written);
  const settings = connectorSettings(KINDS, input);
  if (!settings.ok) throw new Error(JSON.stringify(settings.problems));
  const events: ConnectorEvent[] = [];
  const connector = oidcKind.create({
    ...{
      ...{ id: 'corp', addresses: ADDRESSES },
      settings: oidcKind.settings.parse(settings.value),
      secret,
      claims: mappedClaims(input.mapping),
      fetch: provider.fetch,
    },
    report: (event) => events.push(event),
  });
  return { connector, mapping: input.mapping, events };
}

/** Signs in, and says as what user. Throws if nobody is signed in. */
export async function mappedPerson(
  { connector, mapping }: PresetConnector,
  provider: PresetProvider,
): Promise<MappedUser & { readonly subject: string }> {
  const outcome = await signIn(connector, provider.browser);
  if (outcome.kind !== 'ok') throw new Error(JSON.stringify(outcome));
  return { ...mapIdentity(mapping, outcome.identity), subject: outcome.identity.subject };
}

/** The outcome in short. */
export const shortly = (outcome: RedirectOutcome): string =>
  'reason' in outcome ? `${outcome.kind}: ${outcome.reason}` : outcome.kind;
