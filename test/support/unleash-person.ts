import assert from 'node:assert/strict'

const flagPath = '/api/admin/projects/default/features/v2_migration/environments/development'

interface Strategy {
  readonly id: string
  readonly title: string
  readonly parameters: Readonly<Record<string, string>>
}

interface FlagInUnleash {
  readonly enabled: boolean
  readonly strategies: readonly Strategy[]
}

/** A person at the pages of the demo's Unleash, with the account that it tells of in `out`. */
export async function logInToUnleash(out: string) {
  const [, origin, username, password] =
    /Unleash +(http:\S+) +log in as (\w+), password (\w+)/.exec(out) ?? []
  const login = await fetch(`${origin}/auth/simple/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  })
  assert.equal(login.status, 200)
  const cookie = login.headers.getSetCookie().map(each => each.split(';', 1)[0])
  const headers = { cookie: cookie.join('; '), 'content-type': 'application/json' }

  async function flag(): Promise<FlagInUnleash> {
    return (await (await fetch(`${origin}${flagPath}`, { headers })).json()) as FlagInUnleash
  }

  return {
    flag,
    async move(title: string, percent: number): Promise<void> {
      const found = (await flag()).strategies.find(each => each.title === title)
      assert.ok(found)
      const { id, ...strategy } = found
      const parameters = { ...strategy.parameters, rollout: String(percent) }
      const body = JSON.stringify({ ...strategy, parameters })
      const url = `${origin}${flagPath}/strategies/${id}`
      assert.equal((await fetch(url, { method: 'PUT', headers, body })).status, 200)
    },
  }
}
