import { html } from '../html.ts'
import { htmlDocument } from '../html-document.ts'

export interface ShellParts {
  /** Addresses of all modules, the first of which is run. */
  readonly modules: readonly string[]
  readonly styles: readonly string[]
}

/** The one document of the console; its script makes the pages. Modules are named here, so that none waits for another to name it. */
export function shellPage({ modules: [main = '', ...others], styles }: ShellParts): string {
  return htmlDocument({
    title: 'Switchback',
    icon: '/console/style/mark.svg',
    styles,
    head: html`${others.map(
      address => html`<link rel="modulepreload" href="${address}">
`,
    )}<script type="module" src="${main}"></script>
`,
    body: html`<noscript><p>The console needs a script. <a href="/plain">How the gateway is, without one.</a></p></noscript>`,
  })
}
