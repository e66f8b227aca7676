/** Letters first, then what names are made of; no spaces, no `@`, nothing that needs an escape. */
const name = /^[\p{L}_$][\p{L}\p{M}\p{N}_$.:/~-]{0,39}$/u

/** Looks like a name, and is rather one thing among many, or somebody's. */
const unnamed = [
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  // Hex of eight and more, but no word such as `defaced`.
  /^(?=.*\d)[0-9a-f]{8,}$/i,
  // Numbers of customers and days, whatever stands before them.
  /\d{5}|(\d.*){6}/,
  // Tokens: digits and capitals in between.
  /^(?=.*\d)(?=.*[A-Z])(?=.*[a-z])[\w-]{12,}$/,
  /^(sk|pk|rk|whsec|gh[a-z]|github_pat|xox[a-z]|AKIA|ASIA|AIza|eyJ)[_-]?\w{8,}/,
]

/** Whether a key names a kind of thing, and can be shown. */
export function isPlainName(text: string): boolean {
  return name.test(text) && !unnamed.some(form => form.test(text))
}
