import { z } from 'zod';
import { now } from '../base/clock.js';
import { readForm } from '../http/request/form.js';
import { refuse } from './flow/advance.js';
import { nextStep } from './flow/next-step.js';
import type { Step } from './flow/step.js';
import { goTo, pathOfInteraction, type SignInRequest } from './sign-in-request.js';

/** The faults of a posted form: it is malformed, or its page was shown in another state. */
export interface FormFault<Fields> {
  readonly status: number;
  readonly code: 'form-unreadable' | 'stale-form';
  /** The submitted values, if they could be read. */
  readonly fields?: Fields;
}

/**
 * One form of the sign-in.
 *
 * `About` is the subject of the form: what its page showed, and what it changes. It must be unchanged when the form is
 * submitted.
 */
export interface FormStep<About, Shape extends z.ZodRawShape> {
  /** Its fields, besides the CSRF token. `decision=cancel` is read first, unless the form has a `decision` of its own. */
  readonly fields: Shape;
  /** The subject of the form, if its step comes next; undefined if another step now comes first. */
  readonly about: (request: SignInRequest, step: Step) => About | undefined;
  /**
   * The CSRF token is bound to this name. It contains the user and the content of the page, so that another tab cannot change
   * them unnoticed. What only the form itself still knows is in its fields.
   */
  readonly name: (request: SignInRequest, about: About, fields: StepFields<Shape>) => string;
  readonly showAgain: (request: SignInRequest, about: About, fault: FormFault<StepFields<Shape>>) => Promise<void>;
  readonly submit: (request: SignInRequest, about: About, fields: StepFields<Shape>) => Promise<void>;
}

type StepFields<Shape extends z.ZodRawShape> = z.infer<z.ZodObject<Shape>>;

/** Reads a posted form, and submits it if its step comes next, it is valid, and its page was shown to this browser. */
export function formStep<About, Shape extends z.ZodRawShape>(
  step: FormStep<About, Shape>,
): (request: SignInRequest) => Promise<void> {
  const canCancel = !('decision' in step.fields);
  const ownFields = z.strictObject(step.fields);
  const around = z.object({ csrf: z.string().default(''), decision: z.string().optional() });

  return async (request) => {
    const { ctx, interaction, parts } = request;
    const form = await readForm(ctx.req);
    const about = step.about(request, nextStep(interaction.facts, interaction.requirements, now()));
    if (about === undefined) {
      goTo(ctx, pathOfInteraction(request)); // Redirects to the page of the step that comes first.
      return;
    }
    const unreadable = (status: number): Promise<void> =>
      step.showAgain(request, about, { status, code: 'form-unreadable' });
    if (form.kind === 'refused') return unreadable(form.status);
    const { csrf, decision } = around.parse(Object.fromEntries(form.fields));
    const isCancelled = canCancel && decision === 'cancel';
    const own = [...form.fields].filter(([name]) => name !== 'csrf' && !(isCancelled && name === 'decision'));
    const parsed = ownFields.safeParse(Object.fromEntries(own));
    if (!parsed.success) return unreadable(400);
    if (!parts.csrf.holds(csrf, interaction.uid, step.name(request, about, parsed.data))) {
      return step.showAgain(request, about, { status: 403, code: 'stale-form', fields: parsed.data });
    }
    if (isCancelled) return refuse(request, 'access_denied', 'cancelled');
    return step.submit(request, about, parsed.data);
  };
}
