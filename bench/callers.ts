/** Who calls in the bench: enough user ids that an assignment cannot be remembered by accident. */
export interface BenchCaller {
  readonly 'x-user-id': string
  readonly 'x-segment': string
}

const segments = ['beta_users', 'api_partners', 'enterprise']

/** 200 callers, of whom three in ten belong to a segment of the flag in `bench/switchback/flags`. */
export const callers: readonly BenchCaller[] = Array.from({ length: 200 }, (_, i) => ({
  'x-user-id': `user-${i}`,
  'x-segment': segments[i % 10] ?? 'everyone',
}))
