import type { ReasonText } from '../../src/http/refusals/reasons/reason-text.ts';

/** docs/refusals.md, to the letter. */
export function refusalsPage(reasons: Readonly<Record<string, ReasonText>>): string {
  const rows = Object.entries(reasons)
    .toSorted(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([reason, { cause, cure }]) => `| \`${reason}\` | ${cause} | ${cure} |`);
  return `${TEXT}\n| Reason | Cause | Cure |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}

const TEXT = `<!-- Made from src/http/refusals/reasons/ by scripts/refusals-page.ts: change it there. -->

# Why something was refused

Gatehouse writes one line of JSON per request, at level info (\`"level":30\`), when the request has been answered. The line of a refused request says
why:

\`\`\`json
{
  "level": 30,
  "requestId": "Nw4Y31H_3OyG9a_8v1i3EA",
  "method": "GET",
  "path": "/auth",
  "status": 400,
  "ms": 3,
  "address": "192.0.2.7",
  "client": "shop",
  "endpoint": "authorization",
  "error": "invalid_redirect_uri",
  "reason": "redirect-uri-mismatch",
  "words": "redirect_uri was https://shop.example/cb, registered is https://shop.example/callback",
  "msg": "request"
}
\`\`\`

- \`client\` is the client's id, or \`unknown client\`. \`user\` is there for a failed sign-in where the user is known: the id, never what was typed.
- \`endpoint\` is the endpoint or page, \`error\` the OAuth error or the code of the answer.
- \`reason\` is a code of the table below and never changes its meaning, so searches and alerts may be built on it.
- \`words\` say what happened this time. They may be improved; search for \`reason\`.
- \`ignored\` names the scopes and parameters of a request that were ignored, as the standards demand. The request itself may have succeeded.

**Find a request.** The error page shows the request id, and every answer has it in the header \`X-Request-Id\`. Search the log for it, or for a reason:

\`\`\`sh
grep '"requestId":"Nw4Y31H_3OyG9a_8v1i3EA"' gatehouse.log
grep '"client":"shop"' gatehouse.log | grep '"reason":'
\`\`\`

**What is never in the log.** Secrets, codes, tokens, passwords and names that somebody typed. Only scheme, host and path of a URL from a client are
logged, at most 200 characters. Control characters are escaped. A refusal writes no line of its own, so a flood of them is as many lines as requests.

**What the client learns.** What its standard allows: an unknown client and a wrong secret get the same answer. A confidential client that has authenticated
reads the words as \`error_description\` at the token endpoint, where they tell it nothing about others. The error page shows a developer what is wrong
with the request, but neither what is registered nor the address that was sent.

Without a request there are two more lines with a \`reason\`: at start, for what keeps Gatehouse from serving, and when an application does not take a back-channel
logout.
`;
