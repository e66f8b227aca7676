import type { AdminParts, Reply } from './admin-parts.ts'

/** The cookie that an answer gives, as a browser sends it back: `name=value`. */
export function cookieOf({ headers }: Pick<Reply, 'headers'>): string {
  const [line = ''] = headers['set-cookie'] ?? []
  return line.split(';', 1)[0] as string
}

/** A browser that has logged in with this token; what it sends carries its cookie, a change its sign as well. */
export async function logIn({ ask }: Pick<AdminParts, 'ask'>, token: string) {
  const answer = await ask('POST', '/login', { body: { token } })
  if (answer.status !== 200) throw new Error(`Cannot log in: ${answer.text}`)
  const cookie = cookieOf(answer)
  const headers = { cookie, 'x-switchback-csrf': answer.json.csrf as string }
  return { answer, cookie, csrf: answer.json.csrf as string, headers }
}
