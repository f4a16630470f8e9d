import { caseOf } from './preset-cases.js';
import { type PresetConnector, presetConnector, type WrittenPreset } from './preset-connector.js';
import { type Claims, PresetProvider } from './preset-provider.js';

export interface PresetFixture {
  readonly provider: PresetProvider;
  /** The connector to it, with changes of what an administrator writes. */
  readonly connector: (changes?: WrittenPreset) => PresetConnector;
  /** What the ID token says of the person, with changes. */
  readonly tell: (changes: Claims) => void;
}

/** The provider of a preset, and the person of its case. */
export async function presetFixture(preset: string): Promise<PresetFixture> {
  const { document, written, idToken, userinfo, knowsNonce, knowsPkce } = caseOf(preset);
  const provider = await PresetProvider.start(document);
  Object.assign(provider, { idToken, userinfo: userinfo ?? { sub: idToken['sub'] } });
  provider.knowsNonce = knowsNonce ?? true;
  provider.knowsPkce = knowsPkce ?? true;
  return {
    provider,
    connector: ({ connection, ...changes } = {}) =>
      presetConnector(provider, {
        ...{ preset, ...written, connection: { ...written.connection, ...connection } },
        ...changes,
      }),
    tell(changes) {
      provider.idToken = { ...idToken, ...changes };
    },
  };
}
