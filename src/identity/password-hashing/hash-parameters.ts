import { type PasswordHashSetting, passwordHashSetting } from '../../realm/settings/password-hash-setting.js';
import type { SettingsService } from '../../realm/settings/settings-service.js';

/** The cost of computing a hash. */
export type HashParameters =
  | { readonly scheme: 'bcrypt'; readonly cost: number }
  | {
      readonly scheme: 'argon2id';
      readonly memoryKiB: number;
      readonly passes: number;
      readonly parallelism: number;
    };

/** More expensive hashes are never computed, whoever made them: one sign-in would cost as much as thousands. */
const HIGHEST = { cost: 14, memoryKiB: 64 * 1024, passes: 20, parallelism: 4 };

export const wantedParameters = (setting: PasswordHashSetting): HashParameters =>
  setting.scheme === 'bcrypt'
    ? { scheme: 'bcrypt', cost: setting.bcryptCost }
    : { scheme: 'argon2id', memoryKiB: setting.argon2MemoryKiB, passes: setting.argon2Passes, parallelism: 1 };

/** The cost of new hashes by the settings; by default bcrypt of this cost. */
export const wantedBy =
  (settings: Pick<SettingsService, 'get'>, bcryptCost?: number) => async (): Promise<HashParameters> => {
    const { passwordHash } = await settings.get();
    if (!passwordHash && bcryptCost !== undefined) return { scheme: 'bcrypt', cost: bcryptCost };
    return wantedParameters(passwordHash ?? passwordHashSetting.parse({}));
  };

const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const ARGON2ID = /^\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,4}),p=(\d{1,3})\$[A-Za-z0-9+/]{11,88}\$[A-Za-z0-9+/]{22,88}$/;

/** The cost of comparing with this stored hash; undefined if it is not a hash, or too expensive to compare. */
export function parametersOf(hash: string): HashParameters | undefined {
  const cost = BCRYPT.exec(hash)?.[1];
  if (cost !== undefined) return Number(cost) <= HIGHEST.cost ? { scheme: 'bcrypt', cost: Number(cost) } : undefined;
  const [, memoryKiB, passes, parallelism] = (ARGON2ID.exec(hash) ?? []).map(Number);
  if (memoryKiB === undefined || passes === undefined || parallelism === undefined) return undefined;
  // RFC 9106 3.1 has minimum values too: 8 KiB for each lane, and one for the others.
  if (passes < 1 || parallelism < 1 || memoryKiB < 8 * parallelism) return undefined;
  if (memoryKiB > HIGHEST.memoryKiB || passes > HIGHEST.passes || parallelism > HIGHEST.parallelism) return undefined;
  return { scheme: 'argon2id', memoryKiB, passes, parallelism };
}

/** Whether `wanted` is stronger: another scheme, or more work of the same. A lower setting weakens no hash. */
export function isRise(from: HashParameters, wanted: HashParameters): boolean {
  if (from.scheme === 'bcrypt') return wanted.scheme !== 'bcrypt' || wanted.cost > from.cost;
  return wanted.scheme !== 'argon2id' || wanted.memoryKiB * wanted.passes > from.memoryKiB * from.passes;
}
