import type { FastifyRequest } from 'fastify'
import { loginIcon, loginStyles } from '../console/login-files.ts'
import { type Html, html } from '../html.ts'
import { htmlDocument } from '../html-document.ts'
import type { AdminError } from '../refusal.ts'
import type { SessionDesk } from './session-desk.ts'

/** Where a browser goes once it is logged in. */
const start = '/'

/**
 * What a browser shows in the place of a refusal that a login would mend; null for all other answers,
 * and for programs.
 */
export function loginPageFor(
  { method, headers, routeOptions }: FastifyRequest,
  { reason, message }: AdminError,
  desk: Pick<SessionDesk, 'providerHost'>,
): string | null {
  if (method !== 'GET' || !/\btext\/html\b/i.test(headers.accept ?? '')) return null
  // Who comes back from the identity provider is to see why that was for nothing.
  const isLogin = (routeOptions.url ?? '').startsWith('/login/')
  if (!isLogin && reason !== 'unauthenticated') return null
  return loginPage(desk.providerHost(), isLogin ? message : null)
}

// Without its script the form must not put a token into an address.
function loginPage(providerHost: string | null, problem: string | null): string {
  // Who was refused may be somebody else as well: the provider must not say the same of itself again.
  const again = problem === null ? '' : '?again=true'
  return page(
    'Log in',
    html`<form method="post" action="/login">
<p class="fault" role="alert">${problem}</p>
<div><label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus
maxlength="8192" spellcheck="false"></div>
<button class="first">Log in</button>
</form>
${providerHost === null ? null : html`<p><a href="/login/oidc${again}">Log in with ${providerHost}</a></p>`}
<noscript><p>With a token this page needs a script.</p></noscript>
<script src="/login/login.js" type="module"></script>`,
  )
}

/**
 * Shown for a moment to who has logged in on another site: a request that began there carries no
 * session, the one that begins here does.
 */
export function loggedInPage(): string {
  return page(
    'Logged in',
    html`<p>You are logged in. <a href="${start}">Go on</a></p>`,
    html`<meta http-equiv="refresh" content="0; url=${start}">
`,
  )
}

function page(title: string, body: Html, head: Html | null = null): string {
  return htmlDocument({
    title: `${title} · Switchback`,
    icon: `/login/${loginIcon}`,
    styles: loginStyles.map(path => `/login/${path}`),
    head,
    body: html`<main>
<h1>Switchback</h1>
${body}
</main>`,
  })
}
