import { type Html, html } from './html.ts';
import type { DecodedJwt } from './sessions.ts';
import type { Session } from './sessions.ts';

/** A message at the top of a page. */
export interface Notice {
  readonly title: string;
  readonly text: string;
}

export const signedOutPage = (notice?: Notice): Html =>
  layout(html`
    ${notice && noticeOf(notice)}
    <h1>Lantern &amp; Hinge</h1>
    <p>A demo application. It knows nobody: whoever signs in does so at Gatehouse.</p>
    <p><a class="button" href="/sign-in">Sign in</a></p>
  `);

export function signedInPage({ user, claims, decoded, csrf, apiAnswer, refreshToken }: Session, notice?: Notice): Html {
  const name = user.name ?? user.preferred_username ?? claims.sub;
  const access = decoded.apiToken?.claims as { permissions?: unknown } | undefined;
  return layout(html`
    ${notice && noticeOf(notice)}
    <h1 id="name">${name}</h1>
    <p>${user.email}</p>
    <section class="facts">
      ${list('Roles', 'roles', claims['roles'] ?? user['roles'])}
      ${list('Groups', 'groups', claims['groups'] ?? user['groups'])}
      ${list('Permissions at the API', 'permissions', access?.permissions)}
    </section>

    <section>
      <h2>The API</h2>
      ${
        apiAnswer
          ? html`<p id="api-answer"><code>${apiAnswer.request}</code> answered <b>${apiAnswer.status}</b></p>
              ${
                apiAnswer.reasons.length > 0
                  ? html`<ul id="reasons">
                      ${apiAnswer.reasons.map((reason) => html`<li>${reason}</li>`)}
                    </ul>`
                  : undefined
              }
              ${
                apiAnswer.stepUp === undefined
                  ? undefined
                  : html`<p><a class="button" href="/sign-in">Show a second factor</a></p>`
              }
              <pre>${apiAnswer.body}</pre>`
          : html`<p>It has not been asked yet.</p>`
      }
      <div class="actions">
        ${action('/orders/list', 'List the orders', csrf)} ${action('/orders/place', 'Place an order', csrf)}
      </div>
      <p>What no token can say, the API asks Gatehouse about at that moment:</p>
      <div class="actions">
        ${action('/orders/last/change', 'Change my last order', csrf)}
        ${action('/orders/first/change', 'Change somebody else’s', csrf)}
        ${action('/orders/first/approve', 'Approve an order', csrf)}
        ${action('/orders/first/export', 'Export an order', csrf)}
        ${action('/orders/first/refund', 'Refund an order', csrf)}
      </div>
    </section>

    <section>
      <h2>The tokens</h2>
      ${token('ID token', 'Who signed in, for this application.', decoded.idToken)}
      ${decoded.apiToken && token('Access token', 'What may be done at the API, for the API.', decoded.apiToken)}
      ${refreshToken === undefined ? undefined : html`<div>${action('/refresh', 'Refresh the tokens', csrf)}</div>`}
    </section>

    <section>${action('/sign-out', 'Sign out', csrf)}</section>
  `);
}

const action = (path: string, label: string, csrf: string): Html => html`
  <form method="post" action="${path}">
    <input type="hidden" name="csrf" value="${csrf}" />
    <button type="submit">${label}</button>
  </form>
`;

const noticeOf = ({ title, text }: Notice): Html =>
  html`<div class="notice" role="alert">
    <b>${title}</b>
    <p>${text}</p>
  </div>`;

function list(title: string, id: string, values: unknown): Html {
  const items = Array.isArray(values) ? values.map((value) => html`<li>${String(value)}</li>`) : [];
  return html`<div>
    <h2>${title}</h2>
    ${
      items.length > 0
        ? html`<ul id="${id}">
            ${items}
          </ul>`
        : html`<p id="${id}">none</p>`
    }
  </div>`;
}

const token = (title: string, about: string, { header, claims }: DecodedJwt): Html => html`
  <details open>
    <summary>${title}</summary>
    <p>${about}</p>
    <pre>${JSON.stringify(header, undefined, 2)}</pre>
    <pre>${JSON.stringify(claims, undefined, 2)}</pre>
  </details>
`;

const layout = (content: Html): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Lantern &amp; Hinge</title>
        <link rel="stylesheet" href="/styles.css" />
        <link rel="icon" href="data:," />
      </head>
      <body>
        <main>${content}</main>
      </body>
    </html>`;
