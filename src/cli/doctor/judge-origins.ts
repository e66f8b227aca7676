import type { TlsTrouble } from '../../upstream/tls-trouble.ts'
import type { OriginAnswer } from './ask-origin.ts'
import { type Judgement, ok, problem, warning } from './judgement.ts'

const dayMs = 86_400_000

/** Days before the end of an upstream's certificate from which on somebody should look. */
const warnBeforeDays = 14

export interface AskedOrigin {
  readonly origin: string
  readonly answer: OriginAnswer
}

/** The origins of one variant: as long as one is well, the others are missed and no more. */
export function judgeOrigins(asked: readonly AskedOrigin[], now: number): Judgement[] {
  const isAnyWell = asked.some(({ answer }) => isWell(answer))
  return asked.map(({ origin, answer }) => {
    if (isWell(answer)) return judgeWell(origin, answer, now)
    const { found, next } = troubleOf(answer)
    return isAnyWell
      ? warning(`${origin} ${found}`, `${next}; the others of the variant serve meanwhile`)
      : problem(`${origin} ${found}`, next)
  })
}

type Reached = Extract<OriginAnswer, { kind: 'reached' }>

/** As active health checks have it: 2xx and 3xx. */
function isWell(answer: OriginAnswer): answer is Reached {
  if (answer.kind !== 'reached') return false
  return answer.status === null || (answer.status >= 200 && answer.status < 400)
}

function judgeWell(
  origin: string,
  { milliseconds, status, certificateEnds }: Reached,
  now: number,
): Judgement {
  const did = status === null ? 'connects' : `answers ${status}`
  const found = `${origin} ${did} in ${milliseconds.toFixed(0)} ms`
  if (certificateEnds === null) return ok(found)
  const days = Math.floor((certificateEnds - now) / dayMs)
  if (days >= warnBeforeDays) return ok(`${found}, certificate good for ${days} days`)
  return warning(`${found}, its certificate ends in ${days} days`, 'have its certificate renewed')
}

function troubleOf(answer: OriginAnswer): { readonly found: string; readonly next: string } {
  switch (answer.kind) {
    case 'reached':
      return {
        found: `answers ${answer.status} at its health path`,
        next: 'see its own log, or correct health.path in the route',
      }
    case 'tls':
      return { found: `fails at TLS: ${answer.trouble}`, next: tlsNexts[answer.trouble] }
    case 'unreachable':
      return {
        found: `cannot be reached: ${answer.why}`,
        next: /ENOTFOUND|EAI_AGAIN/.test(answer.why)
          ? 'correct its host in the route, or the name service of this machine'
          : 'start it, or correct its address in the route',
      }
  }
}

const tlsNexts: Readonly<Record<TlsTrouble, string>> = {
  'self-signed': 'name its certificate, or the authority above it, in tls.caFile of the variant',
  'unknown-authority': 'name the authority of its certificate in tls.caFile of the variant',
  expired: 'have its certificate renewed',
  'not-yet-valid': 'see whether the clock of this machine is right',
  'wrong-name':
    'name what its certificate is for in tls.serverName of the variant, or have it made for the right name',
  'certificate-invalid': 'have its certificate made anew, for a server, with its whole chain',
  'client-certificate-refused':
    'give it a certificate that it believes, with tls.certFile and tls.keyFile of the variant',
  'version-refused': 'have it speak TLS 1.2 or later, see tls.minVersion of the variant',
  'not-tls': 'http:// in the place of https://, or the port that speaks TLS',
  'handshake-failed': 'see its own log for why it ends the handshake',
}
