import { type Html, html } from './html.ts'

export interface HtmlParts {
  readonly title: string
  /** Address of an SVG. */
  readonly icon: string
  /** Addresses, in the order in which they count. */
  readonly styles: readonly string[]
  /** What else stands in the head, each part on lines of its own. */
  readonly head?: Html | null
  readonly body: Html
}

/** A whole page for a browser, in light and dark; without a script or a style of its own. */
export function htmlDocument({ title, icon, styles, head = null, body }: HtmlParts): string {
  return `<!doctype html>
${
  html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${icon}" type="image/svg+xml">
${styles.map(
  address => html`<link rel="stylesheet" href="${address}">
`,
)}${head}</head>
<body>
${body}
</body>
</html>
`.html
}`
}
