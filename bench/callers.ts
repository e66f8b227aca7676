import { writeFileSync } from 'node:fs'

/** Headers by which one caller of the bench is known. */
export type BenchCaller = Readonly<Record<string, string>>

const segments = ['beta_users', 'api_partners', 'enterprise']
const numbers = Array.from({ length: 200 }, (_, i) => i)

/** Users of the bench: enough that an assignment cannot be remembered by accident. */
export const users: readonly string[] = numbers.map(i => `user-${i}`)

/** Each by a header; three in ten belong to a segment of the flag in `bench/switchback/flags`. */
export const namedCallers: readonly BenchCaller[] = users.map((user, i) => ({
  'x-user-id': user,
  'x-segment': segments[i % 10] ?? 'everyone',
}))

/** Writes them for a load process to read. */
export function writeCallers(file: string, callers: readonly BenchCaller[]): string {
  writeFileSync(file, JSON.stringify(callers))
  return file
}
