import type { Card, Colour } from '../../base/colour.js';
import type { LogoType } from '../branding/logo.js';

declare module '../../base/problems/problem.js' {
  interface ProblemParams {
    'audit-kind-form': NoParams;
    'audit-stream-name-form': NoParams;
    'audit-streams-twice': NoParams;
    'contact-link-form': NoParams;
    'contact-empty': NoParams;
    'argon2-work': { readonly least: number };
    'publishes-longer-than-signs': NoParams;
    'idle-longer-than-absolute': NoParams;
    'colour-form': NoParams;
    /** `ratio` with two digits, rounded down. */
    'colour-contrast': {
      readonly card: Card;
      readonly background: Colour;
      readonly ratio: string;
      readonly needed: number;
      readonly readable: Colour;
    };
    'picture-form': NoParams;
    'picture-too-large': { readonly bytes: number; readonly most: number };
    'picture-other-type': { readonly type: LogoType };
    'drawing-not-utf8': NoParams;
    /** `rest`: how the part begins that can't be read. */
    'drawing-unreadable': { readonly rest: string };
    'drawing-element': { readonly element: string };
    'drawing-without-svg': NoParams;
    'drawing-references': { readonly most: number };
    'drawing-attribute': { readonly attribute: string; readonly value: string };
  }
}
