import { z } from 'zod';
import { LOCALES } from '../../base/locale.js';
import { problem } from '../../base/problems/problem.js';
import { refusedAs, refusing } from '../../base/problems/read-input.js';
import { lineInput } from '../../base/text/text-input.js';
import { darkAccent, lightAccent, OUR_ACCENT } from '../branding/accent.js';
import { attributeClaims } from '../claims/attribute-claims.js';
import { auditSettings } from './audit-settings.js';
import { contact } from './contact.js';
import { JWKS_MAX_AGE_SECONDS } from '../keys/key-lifecycle.js';
import { pictureOr } from '../branding/logo.js';
import { passwordHashSetting } from './password-hash-setting.js';
import { TOKEN_ALGORITHMS } from '../keys/token-algorithm.js';

const DAY = 86_400;

/** How long a session may live, with these defaults. */
const limits = (seconds: { readonly idle: number; readonly absolute: number }) =>
  z
    .strictObject({
      idleSeconds: z
        .int()
        .min(60)
        .max(90 * DAY)
        .default(seconds.idle),
      absoluteSeconds: z
        .int()
        .min(60)
        .max(365 * DAY)
        .default(seconds.absolute),
    })
    .prefault({});

/** A realm's settings as requested. Absent fields get their defaults; unknown fields are refused. */
export const settingsInput = z
  .strictObject({
    name: lineInput('realm-name', 200).default('Gatehouse'),
    locale: z.enum(LOCALES).default(LOCALES[0]),
    colours: z
      .strictObject({
        accent: lightAccent.default(OUR_ACCENT),
        accentDark: darkAccent.default('auto'),
      })
      .prefault({}),
    logo: z
      .strictObject({ light: pictureOr('none').default('none'), dark: pictureOr('auto').default('auto') })
      .prefault({}),
    session: limits({ idle: DAY / 6, absolute: DAY }),
    rememberedSession: limits({ idle: 14 * DAY, absolute: 90 * DAY }),
    secondFactor: z
      .strictObject({
        ask: z.enum(['whoever-has-one', 'when-required']).default('whoever-has-one'),
        enrolment: z.enum(['open', 'closed']).default('open'),
      })
      .prefault({}),
    pkce: z.enum(['or-nonce', 'required']).default('or-nonce'),
    // OpenID Connect Dynamic Client Registration 1.0 section 2: the default of id_token_signed_response_alg.
    idTokenAlgorithm: z.enum(TOKEN_ALGORITHMS).default('RS256'),
    signOutQuestion: z.enum(['when-needed', 'always', 'never']).default('when-needed'),
    refreshTokenIdleSeconds: z
      .int()
      .min(60)
      .max(365 * DAY)
      .default(14 * DAY),
    keys: z
      .strictObject({
        rotateEveryDays: z.int().min(1).max(3650).default(90),
        publishSeconds: z
          .int()
          // Clients that fetched the keys just before still get the new one in time, with the same time to spare.
          .min(3 * JWKS_MAX_AGE_SECONDS)
          .max(30 * DAY)
          .default(3600),
      })
      .prefault({}),
    audit: auditSettings.prefault({}),
    contact: contact.exactOptional(),
    passwordHash: passwordHashSetting.exactOptional(),
    attributeClaims: attributeClaims.exactOptional(),
  })
  .refine(
    ({ keys }) => keys.publishSeconds < keys.rotateEveryDays * DAY,
    refusedAs('publishes-longer-than-signs', {}, ['keys', 'publishSeconds']),
  )
  .superRefine(
    refusing((settings) =>
      (['session', 'rememberedSession'] as const)
        .filter((which) => settings[which].idleSeconds > settings[which].absoluteSeconds)
        .map((which) => problem('idle-longer-than-absolute', [which, 'idleSeconds'], {})),
    ),
  );

export type SettingsInput = z.infer<typeof settingsInput>;
