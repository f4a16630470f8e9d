import type { ComponentChildren } from 'preact';

interface ErrorNoteProps {
  /** The page opens with the focus here. Omit it if a field with `aria-describedby="error"` has the focus. */
  readonly focused?: boolean;
  readonly children: ComponentChildren;
}

/** The error of a form, at most one per page. Screen readers announce it at once. */
export function ErrorNote({ focused = false, children }: ErrorNoteProps) {
  return (
    <p class="error" id="error" role="alert" tabIndex={-1} autofocus={focused}>
      {children}
    </p>
  );
}
