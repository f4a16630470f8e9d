import type { ComponentChildren } from 'preact';

interface ErrorNoteProps {
  /** The page opens with the focus here. Leave it out where a field has it that says `aria-describedby="error"`. */
  readonly focused?: boolean;
  readonly children: ComponentChildren;
}

/** Why a form was not taken; one a page. It is read out at once, and seen first. */
export function ErrorNote({ focused = false, children }: ErrorNoteProps) {
  return (
    <p class="error" id="error" role="alert" tabIndex={-1} autofocus={focused}>
      {children}
    </p>
  );
}
