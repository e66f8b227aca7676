/** Where Redis is, read from `store.redis`. */
export type RedisTarget =
  | (Login & { readonly kind: 'single'; readonly at: HostPort; readonly tls: boolean; db: number })
  | (Login & { readonly kind: 'sentinel'; readonly at: readonly HostPort[]; readonly name: string })
  | (Login & { readonly kind: 'cluster'; readonly at: readonly HostPort[] })

/** For Redis itself; sentinels are asked without. */
interface Login {
  readonly username: string | undefined
  readonly password: string | undefined
}

export interface HostPort {
  readonly host: string
  readonly port: number
}

const form =
  /^(rediss?|redis\+sentinel|redis\+cluster):\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^/@]+)(?:\/(.*))?$/

/** Throws for what `store.redis` may not be; the configuration has been checked for it before. */
export function redisTarget(url: string): RedisTarget {
  const [, scheme, user, password, hosts = '', path = ''] = form.exec(url) ?? []
  const login = { username: decoded(user), password: decoded(password) }
  const at = hosts.split(',').map(hostPort)
  const [first] = at
  if (scheme === undefined || first === undefined) {
    throw new Error('Cannot use Redis: store.redis in switchback.yaml must be a Redis URL.')
  }
  if (scheme === 'redis+sentinel') return { kind: 'sentinel', ...login, at, name: path }
  if (scheme === 'redis+cluster') return { kind: 'cluster', ...login, at }
  return { kind: 'single', ...login, at: first, tls: scheme === 'rediss', db: Number(path) }
}

function decoded(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : decodeURIComponent(text)
}

function hostPort(text: string): HostPort {
  const [, host = text, port = '6379'] = /^(.*):(\d+)$/.exec(text) ?? []
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) }
}

/** For people: without who logs in. */
export function shownTarget({ at }: RedisTarget): string {
  return [at]
    .flat()
    .map(({ host, port }) => `${host}:${port}`)
    .join(',')
}
