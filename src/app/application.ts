import type { RequestListener } from 'node:http';
import { version } from '../base/version.js';
import { readsBehaviour } from '../access/evaluation/subject.js';
import { accountRouter } from '../account/account-router.js';
import { applicationsPage } from '../account/applications.js';
import { homePage } from '../account/home.js';
import { linksPage } from '../account/links.js';
import { overviewPage } from '../account/overview.js';
import { passwordPage } from '../account/password.js';
import { profilePage } from '../account/profile.js';
import { secondFactorPage } from '../account/second-factor.js';
import { sessionsPage } from '../account/sessions.js';
import { signInsPage } from '../account/sign-ins.js';
import { signInsOf } from '../audit/search/sign-ins-of.js';
import { signInEntry } from '../audit/sign-in-entry.js';
import { DECISION_OPERATIONS, decisionsApi } from '../decisions/decisions-api.js';
import type { ApiKit } from '../http/api/api.js';
import { sealedCursors } from '../http/api/lists/list-cursors.js';
import { serveOpenApi } from '../http/api/openapi/serve-openapi.js';
import { permissionCheck } from '../http/api/permission-check.js';
import { csrfTokens } from '../http/request/csrf.js';
import { failures, hearLateErrors } from '../http/failures.js';
import { withEarlyHandlers } from '../http/server/early-handlers.js';
import { connectorStates } from './connector-states.js';
import { health } from '../http/server/health.js';
import { issuerHostOnly } from '../http/server/issuer-host-only.js';
import { securityHeaders } from '../http/security-headers.js';
import type { ProviderInputs } from '../oidc/provider-inputs.js';
import { signedInAt } from '../oidc/endpoints/browser-session.js';
import { overloadGuard } from '../oidc/endpoints/overload-guard.js';
import { accessTokens } from '../oidc/access-tokens/live-access-token.js';
import { receivedAnswers } from '../federation/answers/received-answers.js';
import { ownLinks } from '../federation/own-links/own-links.js';
import { upstreamExits } from '../federation/sign-out/upstream-exits.js';
import { upstreamLogouts } from '../federation/sign-out/upstream-logouts.js';
import { testSignIns } from '../federation/test-sign-in/test-sign-ins.js';
import { redirectSignIns } from '../federation/userstores/redirect-sign-ins.js';
import { endWaiting } from '../oidc/interactions/end-waiting.js';
import { payloadWith } from '../oidc/adapter/session-payload.js';
import { interactionsOf } from '../oidc/interactions/interactions.js';
import { auditTokenIssue } from '../oidc/issuance/audit-token-issue.js';
import { pairwiseSubjects } from '../oidc/issuance/pairwise-subjects.js';
import { buildProvider } from '../oidc/provider.js';
import { currentScope } from '../oidc/request-scope/request-scope.js';
import { explainRefusals } from '../oidc/refusals/provider-refusals.js';
import { revalidatedAnswers } from '../oidc/revalidated-answers/revalidated-answers.js';
import { requestScope } from '../oidc/request-scope/request-scope-middleware.js';
import { publishedDocuments } from '../oidc/endpoints/published-documents.js';
import { storelessPaths } from '../oidc/endpoints/published-paths.js';
import { oidcRoutes } from '../oidc/endpoints/routes.js';
import { startAgainFrom } from '../oidc/interactions/restart-sign-in.js';
import { jwtIntrospection } from '../oidc/endpoints/jwt-introspection.js';
import { type KeepSession, survivingSession } from '../sessions/keep-session.js';
import { sectorOf } from '../realm/clients/client-sector.js';
import { bytesOf } from '../realm/keys/keys.js';
import { arrivalRouter } from '../sign-in/arrivals/arrival-router.js';
import { connectorDescriptionRouter } from '../sign-in/connector-description/description-router.js';
import { connectorTestRouter } from '../sign-in/connector-test/test-router.js';
import { knownBrowserCookie } from '../sign-in/known-browser-cookie.js';
import { answerParameters } from '../sign-in/answer-parameters.js';
import { knowUsers } from '../sign-in/known-user.js';
import { pages } from '../pages/pages.js';
import { upstreamSignOutRouter } from '../sign-in/upstream-sign-out/upstream-sign-out-router.js';
import { signInRouter } from '../sign-in/sign-in-router.js';
import type { RealmServices } from './realm-services.js';

/**
 * The complete HTTP application: handlers that answer early, and a koa application for everything else.
 *
 * @param isStopping whether the process is about to stop and should receive no new requests
 */
export function application(
  of: RealmServices,
  { keys, attributeClaims }: ProviderInputs,
  isStopping: () => boolean,
): RequestListener {
  const { config, log, realm, store, caches, settings, clients, consents, resourceServers, snapshots } = of;
  const issuer = new URL(config.issuer);
  const shown = pages(issuer, () => settings.lastRead());
  const startAgain = startAgainFrom(config.issuer, clients);
  const pairwise = pairwiseSubjects(bytesOf(keys.subjects)[0]);
  const { authenticators } = of;
  const know = knowUsers({
    snapshots,
    settings,
    behaviour: (id) => currentScope().reads.behaviour(id),
    authenticators,
  });
  const redirects = redirectSignIns(of.userstores);
  const provider = buildProvider({
    ...{ issuer, keys, attributeClaims, clients, consents, resourceServers, snapshots, pairwise, know, log },
    ...{ redirects, recheck: of.recheck },
    ...{ outgoing: of.outgoing, pages: shown, startAgain, pending: of.pending },
    auditIssue: auditTokenIssue({ trail: of.audit, aggregator: of.aggregator }),
  });
  const csrf = csrfTokens(bytesOf(keys.csrf));
  const keepSession: KeepSession = (session) => survivingSession(realm, session);
  const browsers = knownBrowserCookie(issuer, of.browsers);
  const received = receivedAnswers({
    ...{ realm, redirects: of.userstores.redirects, connectors: of.connectors },
    report: (connector, { reason, details }) => log.warn({ connector, reason, ...details }, 'a connector reports'),
  });
  const parameters = answerParameters({ box: of.box, realm });
  const account = accountRouter({ issuer, signedIn: signedInAt(issuer), csrf, pages: shown }, [
    overviewPage({ snapshots, behaviours: of.behaviours }),
    profilePage({ writeBack: of.writeBack, snapshots }),
    passwordPage({
      ...{ passwords: of.passwords, keepSession, writeBack: of.writeBack, authentication: of.authentication },
      browserOf: (ctx) => browsers.read(ctx),
      recordFailure: (by, failure) => of.aggregator.recordFailure(signInEntry(by, failure)),
    }),
    secondFactorPage({ keepSession, secondFactors: of.secondFactors, settings, authenticators }),
    applicationsPage({ consents, clients, resourceServer: (identifier) => resourceServers.get(identifier) }),
    linksPage({
      ...{ issuer, links: of.links, connectors: of.connectors, pages: shown, redirectThrottle: of.redirectThrottle },
      parameters,
      ownLinks: ownLinks({
        ...{ box: of.box, realm, connectors: of.connectors, admissions: of.admissions },
        ...{ redirects, answers: received, userstores: of.userstores },
      }),
    }),
    sessionsPage({ sessions: of.sessions, users: of.users, pages: shown }),
    signInsPage({ signIns: (userId, page) => signInsOf(of, userId, page), clients }),
  ]);
  const signIn = signInRouter({
    issuer,
    interactions: interactionsOf(() => provider, clients, consents, {
      ...{ pairwise, know, startAgain },
      userstores: of.authentication,
      redirects,
    }),
    keepSession,
    authentication: of.authentication,
    ...{ admissions: of.admissions, redirects, answers: received, redirectThrottle: of.redirectThrottle },
    parameters,
    answerThrottle: of.answerThrottle,
    passwords: of.passwords,
    know,
    browsers,
    secondFactors: of.secondFactors,
    authenticators,
    realmName: () => settings.lastRead().name,
    resourceServer: (identifier) => resourceServers.get(identifier),
    recordSignIn: (by, how) =>
      how.outcome === 'failure'
        ? of.aggregator.recordFailure(signInEntry(by, how))
        : of.audit.record(signInEntry(by, how)),
    prepareRecord: (userId) => of.personal.prepare(userId),
    recordFailure: (entry) => of.aggregator.recordFailure(entry),
    hashOfName: (typed) => of.termHashes.name(typed),
    csrf,
    pages: shown,
  });
  const exits = upstreamExits({ realm, redirects: of.userstores.redirects });
  const upstreamSignOut = upstreamSignOutRouter({
    throttle: of.answerThrottle,
    ...{ issuer, exits, pages: shown },
    logouts: upstreamLogouts({
      ...{ realm, redirects: of.userstores.redirects, links: of.links, users: of.users, sessions: of.sessions },
      ...{ audit: of.audit, payloadWith, endWaiting: (name, hasEnded) => endWaiting(realm, name, hasEnded) },
    }),
  });
  const connectorTest = connectorTestRouter({
    ...{ issuer, pages: shown, parameters },
    tests: testSignIns({
      ...{
        box: of.box,
        realm,
        connectors: of.connectors,
        planner: of.planner,
        snapshots,
        audit: of.audit,
        answers: received,
      },
    }),
  });
  const kit: ApiKit = {
    issuer: provider.issuer,
    authentication: {
      clients,
      throttle: of.throttle,
      tokens: accessTokens({
        issuer: provider.issuer,
        signing: keys.signing,
        nonces: bytesOf(keys.proofNonces)[0],
      }),
    },
    checkPermission: permissionCheck({
      snapshots,
      behaviour: (id) => currentScope().reads.behaviour(id),
      sessions: (user) => of.sessions.count(user),
    }),
    cursors: sealedCursors(of.box, realm.id),
  };
  const decisions = decisionsApi(
    {
      issuer: provider.issuer,
      snapshots,
      aggregator: of.aggregator,
      openPairwise: (sub, client) =>
        client.subjectType === 'pairwise' ? pairwise.userIdOf(sub, sectorOf(client)) : undefined,
      makePairwise: (userId, client) =>
        client.subjectType === 'pairwise' ? pairwise.of(userId, sectorOf(client)) : undefined,
      async count(counted, report) {
        const saved = await of.behaviours.countAll(counted, report);
        // It was counted: an error would make the caller send it again.
        if (saved.ok)
          await of.segments
            .countedOf([...counted.keys()])
            .catch((err: unknown) => log.warn({ err }, 'segments are late'));
        return saved;
      },
      sources: {
        user: (id) => of.users.get(id),
        client: (id) => clients.get(id),
        people: of.users,
        clients,
        behaviour: (id) => of.behaviours.get(id),
        sessions: (user) => of.sessions.count(user),
      },
    },
    kit,
  );
  const doReadBehaviour = (): boolean => {
    const last = snapshots.lastRead();
    return last !== undefined && readsBehaviour(last);
  };
  const ready = [
    { name: 'stopping', ready: async () => !isStopping() },
    { name: 'store', ready: () => store.ping().then(() => true) },
    { name: 'caches', ready: () => caches.assertFresh().then(() => true) },
  ];
  hearLateErrors(provider, log);
  const answers = revalidatedAnswers({ issuer, realm, caches });
  const answer = provider
    .use(failures(log, (ctx, props, status) => shown.failure(ctx, props, status)))
    .use(health(ready, undefined, () => connectorStates(of.connectorHealth)))
    .use(securityHeaders(issuer))
    .use(issuerHostOnly(issuer, (ctx) => shown.wrongAddress(ctx)))
    .use(homePage(issuer, shown))
    .use(serveOpenApi(DECISION_OPERATIONS, { issuer: provider.issuer, version: version() }))
    .use(
      requestScope(realm, settings, storelessPaths(issuer), {
        readsBehaviour: doReadBehaviour,
        undos: of.undos,
        clients,
        audit: {
          writes: (entries) => of.audit.writes(entries),
          recordFailure: (entry) =>
            of.aggregator
              .recordFailure(entry)
              .catch((err: unknown) => log.warn({ err, kind: entry.kind }, 'a refusal could not be recorded')),
        },
      }),
    )
    .use(answers.remember)
    .use(signIn)
    .use(upstreamSignOut)
    .use(connectorDescriptionRouter({ issuer, connectors: of.connectors, pages: shown }))
    .use(connectorTest)
    .use(
      arrivalRouter({
        ...{ issuer, pages: shown, answers: received, redirects, csrf },
        connector: (id) => of.connectors.get(id),
        client: (id) => clients.get(id),
      }),
    )
    .use(account)
    .use(decisions)
    .use(explainRefusals)
    .use(
      oidcRoutes(issuer, shown, {
        startAgain,
        turnedAway: overloadGuard(of.hasher, issuer, shown),
        ...{ origins: of.origins, exits },
      }),
    )
    .use(jwtIntrospection({ issuer: provider.issuer, signing: keys.signing, clients }))
    .callback();
  return withEarlyHandlers(
    { log, issuer },
    [publishedDocuments(provider, issuer), answers.give],
    (req, res) => void answer(req, res),
  );
}
