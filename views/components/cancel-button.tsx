import type { Texts } from '../locales/en.js';

/** Leaves the sign-in: the application gets `access_denied`. What is typed in the form's fields need not be right. */
export function CancelButton({ texts }: { readonly texts: Texts }) {
  return (
    <button type="submit" name="decision" value="cancel" class="quiet" formnovalidate>
      {texts.form.cancel}
    </button>
  );
}
