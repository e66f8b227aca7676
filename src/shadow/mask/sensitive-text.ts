import { namesSecret } from './sensitive-name.ts'

/** A point in time, which says nothing of anybody, though its digits look like a number to call. */
const timestamp = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?\s?(Z|[+-]\d\d:?\d\d)?$/

export function isTimestamp(text: string): boolean {
  return timestamp.test(text)
}

const secrets = [
  /\S(@|%40)\S/, // e-mail addresses, and user:password@host
  /\beyJ[\w-]{5,}/, // JSON Web Tokens, which begin with {"
  /\b(bearer|basic|digest|negotiate)\s+\S/i,
  /-----BEGIN/, // PEM
  /\b(sk|pk|rk|whsec|gh[a-z]|github_pat|glpat|xox[a-z]|AKIA|ASIA|AIza|npm|hf|ya29)[-_.]?[\w-]{8,}/,
  // Long and random-looking: letters and digits mixed, or longer than words are.
  /(?=[\w+/=.-]*\d)(?=[\w+/=.-]*[a-z])[\w+/=-]{16,}/i,
  /[A-Za-z0-9+/]{32,}/,
  /\d{6,}/,
  /\d([ ().\-/]{0,2}\d){7,}/, // numbers of phones, accounts and cards, and days of birth
  /\b[A-Z]{2}\d{2}([ -]?[A-Z0-9]{2,4}){3,}/i, // IBAN
  /\b\d{3}-\d{2}-\d{4}\b/, // US social security numbers
  /\b\d{1,3}(\.\d{1,3}){3}\b/, // IPv4
  /([0-9a-f]{0,4}:){3,}[0-9a-f]{0,4}/i, // IPv6 and hardware addresses
  /:\/\/.*[?#]/, // a query is where tokens travel
  /^\s*[[{<]/, // a document within the document
  // Control and other characters that nobody sees.
  /\p{C}/u,
]

/** Whether a text holds what looks like a secret or like something about a person. Bounded for bounded texts. */
export function isSensitiveText(text: string): boolean {
  let decoded = text
  for (let round = 0; round < maxRounds; round++) {
    if (isSensitive(decoded)) return true
    const before = decoded
    decoded = percentDecoded(before)
    if (decoded === before) return false
  }
  // So much wrapping is to hide something.
  return true
}

/** Percent-encodings (RFC 3986, section 2.1) within one another that are looked into. */
const maxRounds = 4

/** What can be decoded, decoded once. */
function percentDecoded(text: string): string {
  return text.replace(/(%[0-9a-f]{2})+/gi, run => {
    try {
      return decodeURIComponent(run)
    } catch {
      return run
    }
  })
}

function isSensitive(text: string): boolean {
  if (isTimestamp(text)) return false
  return secrets.some(form => form.test(text)) || namesSecret(text) || hasMixedRun(text)
}

/** Twenty letters in a row that change their case more often than words do. */
function hasMixedRun(text: string): boolean {
  const runs = text.match(/[A-Za-z]{20,}/g) ?? []
  return runs.some(run => (run.match(/[a-z][A-Z]/g)?.length ?? 0) >= 4)
}
