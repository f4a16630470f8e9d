import type { SignInError } from '#views/sign-in.js';
import { z } from 'zod';
import { now } from '../../base/clock.js';
import { trimTyped } from '../../base/text/normalize-typed.js';
import { firstAuthenticator } from '../authenticators/authenticators.js';
import { requestIdOf } from '../../http/request/request-id.js';
import { PRIMARY_STORE } from '../../identity/identifiers/identifier.js';
import type { SignInForm } from '../../identity/userstores/sign-in-form.js';
import { signedInBy } from '../flow/next-step.js';
import type { Interaction } from '../interaction.js';
import { logShownError } from '../log-sign-in.js';
import { formStep } from '../form-step.js';
import {
  pathOfAnotherWay,
  pathOfInteraction,
  pathOfOther,
  redirectLinks,
  type SignInRequest,
} from '../sign-in-request.js';
import { leadElsewhere } from './begin-redirect.js';
import { continueWith } from './continue-with.js';
import { identifyPage } from './identify.js';
import { isForAnother, nameBefore, typedName } from './typed-name.js';
import { userstorePasswordPage } from './userstore-password-page.js';

/** The name that the page showed and did not ask for. */
interface NameShown {
  readonly identifier?: string;
}

interface SignInFault {
  readonly status: number;
  readonly error: SignInError;
  /** As typed. */
  readonly identifier?: string;
  readonly remember?: boolean;
}

/** The page that asks for username and password, or for the password of the name that was asked for before. */
export async function signInPage(request: SignInRequest, shown?: SignInFault): Promise<void> {
  const { ctx, interaction, parts } = request;
  if (shown) logShownError(request, shown.error.code);
  const { client, facts, requirements, person, loginHint, form } = interaction;
  const another = isForAnother(facts, requirements);
  const isElsewhere = isHintedElsewhere(interaction);
  // A typed name is not a sign-in again of the signed-in user, and neither is a sign-in at another userstore.
  const asked = another ? 'other' : facts.named || isElsewhere ? undefined : 'again';
  const signedIn = facts.user && person && asked && ({ person: person.name ?? person.username, asked } as const);
  const fixed = requirements.nameFirst && nameBefore(request);
  const own = another || isElsewhere ? undefined : person?.username;
  const identifier = fixed ?? shown?.identifier ?? loginHint ?? own;
  const userstore = userstoreShown(form);
  await parts.pages.signIn(
    ctx,
    {
      action: request.isAnotherWay ? pathOfAnotherWay(request) : pathOfInteraction(request),
      csrf: parts.csrf.issue(interaction.uid, formOf(form, fixed)),
      application: client.name,
      ...(userstore !== undefined && userstore.id !== PRIMARY_STORE && { userstore: userstore.displayName }),
      ...(form?.ordinary && { anotherWay: pathOfAnotherWay(request) }),
      ...(fixed !== undefined && { otherName: pathOfOther(request) }),
      ...(identifier !== undefined && { identifier }),
      redirects: redirectLinks(request),
      ...((form?.takesPasswords === false || isOfRedirect(request)) && { withoutPassword: true }),
      ...(signedIn && { signedIn }),
      ...(shown && { error: shown.error }),
      remember: shown?.remember ?? interaction.remembered ?? false,
    },
    shown && { status: shown.status },
  );
}

/** Who signs in again at another identity provider has no password here. A name that was typed came here by another way. */
const isOfRedirect = ({ interaction: { identifier, facts, redirects, requirements } }: SignInRequest): boolean =>
  requirements.nameFirst === true &&
  identifier === undefined &&
  facts.user !== undefined &&
  !isForAnother(facts, requirements) &&
  redirects.some(({ id }) => id === facts.user?.userstore);

/** The page that asks for another account than the signed-in one, or for another name than the typed one. */
export const otherAccountPage = (request: SignInRequest): Promise<void> => {
  const { facts, person: _, ...interaction } = request.interaction;
  const { user: __, ...nobody } = facts;
  const another = { ...request, interaction: { ...interaction, facts: nobody } };
  return interaction.requirements.nameFirst ? identifyPage(another) : signInPage(another);
};

/**
 * Contains the name and the userstore that the page showed. So no password is checked for a name that was typed in another tab
 * meanwhile, and none goes to another userstore because settings changed meanwhile.
 */
function formOf(form: SignInForm | undefined, name: string | undefined): string {
  const userstore = userstoreShown(form);
  const at = userstore === undefined ? '' : ` at ${userstore.id}`;
  return name === undefined ? `sign-in${at}` : `sign-in ${name}`;
}

/** The one userstore that the page is about. A realm without connectors has no word for its own. */
const userstoreShown = (form: SignInForm | undefined): SignInForm['asks'] =>
  form?.asks && (form.ordinary !== undefined || form.asks.id !== PRIMARY_STORE) ? form.asks : undefined;

/** Whether the application asks for another userstore than the one of the signed-in user. */
const isHintedElsewhere = ({ form, facts: { user, shownBefore, shownHere } }: Interaction): boolean =>
  form?.ordinary !== undefined &&
  user !== undefined &&
  signedInBy(user, [...shownBefore, ...shownHere]) !== form.asks?.id;

/**
 * Accepts the posted username and password, whatever step comes next. In an old tab a user may sign in as somebody else than in
 * a newer tab, and must not continue as the other user.
 */
export const postSignIn = formStep({
  fields: {
    identifier: typedName,
    // Far above any password; a password between the allowed length and this is simply wrong.
    password: z.string().max(4096).default(''),
    remember: z.literal('yes').exactOptional(),
  },
  about(request) {
    if (!request.interaction.requirements.nameFirst) return {};
    const identifier = nameBefore(request);
    return identifier === undefined ? undefined : { identifier };
  },
  name: ({ interaction }, { identifier }: NameShown) => formOf(interaction.form, identifier),
  showAgain: (request, _, { status, code, fields }) =>
    signInPage(request, { status, error: { code }, ...(fields && typedIn(fields)) }),
  async submit(request, about, fields) {
    const { ctx, parts } = request;
    const { password } = fields;
    // The name that was asked for before is not taken from this form.
    const { identifier = fields.identifier } = about;
    const { form, requirements } = request.interaction;
    const offered = requirements.userstores;
    const hint = form?.ordinary && form.asks?.id;
    const { remember } = typedIn(fields);
    const again = (status: number, fault: SignInError) => {
      // The client may offer it: it is this page that asks one userstore.
      const error: SignInError = hint !== undefined && fault.code === 'not-offered' ? { code: 'not-asked' } : fault;
      return signInPage(request, { status, error, identifier, remember });
    };
    if (trimTyped(identifier) === '') return again(422, { code: 'identifier-missing' });
    // Its password is typed elsewhere: nothing looks at this one.
    const target = await parts.authentication.leadsTo(identifier, offered, hint);
    if (target.kind === 'redirect') {
      const fault = await leadElsewhere(request, target.connector, target.name);
      return fault && again(fault.status, fault.error);
    }
    if (password === '') return again(422, { code: 'password-missing' });

    // Before the password is looked up: a sign-in with a password that changes during the comparison has failed.
    const at = now();
    const first = firstAuthenticator(parts.authenticators);
    const browser = parts.browsers.read(ctx);
    const outcome = await first.verify(
      parts.authentication,
      {
        identifier,
        password,
        requestId: requestIdOf(ctx.req),
        ...(offered && { offered }),
        ...(hint !== undefined && { hint }),
      },
      ctx.ip,
      browser,
    );
    const fault = await continueWith(request, outcome, { identifier, at, remember });
    if (fault?.changeableAt !== undefined) {
      return userstorePasswordPage(request, { identifier, userstore: fault.changeableAt, remember });
    }
    if (fault) await again(fault.status, fault.error);
  },
});

const typedIn = ({ identifier, remember }: { readonly identifier: string; readonly remember?: 'yes' }) => ({
  identifier,
  remember: remember === 'yes',
});
