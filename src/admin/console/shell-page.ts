import { html } from '../html.ts'

export interface ShellParts {
  /** Addresses of all modules, the first of which is run. */
  readonly modules: readonly string[]
  readonly styles: readonly string[]
}

/** The one document of the console; its script makes the pages. Modules are named here, so that none waits for another to name it. */
export function shellPage({ modules: [main = '', ...others], styles }: ShellParts): string {
  return `<!doctype html>
${
  html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Switchback</title>
<link rel="icon" href="/console/style/mark.svg" type="image/svg+xml">
${styles.map(
  address => html`<link rel="stylesheet" href="${address}">
`,
)}${others.map(
  address => html`<link rel="modulepreload" href="${address}">
`,
)}<script type="module" src="${main}"></script>
</head>
<body>
<noscript><p>The console needs a script. <a href="/plain">How the gateway is, without one.</a></p></noscript>
</body>
</html>
`.html
}`
}
