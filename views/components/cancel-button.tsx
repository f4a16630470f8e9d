import type { Texts } from '../locales/en.js';

/** Cancels the sign-in with `access_denied` for the application. The form's fields may be invalid. */
export function CancelButton({ texts }: { readonly texts: Texts }) {
  return (
    <button type="submit" name="decision" value="cancel" class="quiet" formnovalidate>
      {texts.form.cancel}
    </button>
  );
}
