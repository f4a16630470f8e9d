import { type Brand, mark } from '../assets.js';

interface RealmHeaderProps {
  readonly realmName: string;
  readonly brand: Brand;
  readonly assets: string;
}

/** The realm's logo and name. Screen readers skip the logo, because the name says the same. */
export function RealmHeader({ realmName, brand: { logo, logoDark }, assets }: RealmHeaderProps) {
  return (
    <div class="realm">
      {logo ? (
        <picture>
          {logoDark && <source media="(prefers-color-scheme: dark)" srcset={assets + logoDark.name} />}
          <img src={assets + logo.name} height="40" alt="" />
        </picture>
      ) : (
        <img src={assets + mark.name} width="40" height="40" alt="" />
      )}
      <span>{realmName}</span>
    </div>
  );
}
