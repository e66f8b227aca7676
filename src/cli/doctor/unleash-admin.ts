import type { UnleashAdminConfig } from '../../config/schema-fleet.ts'
import { type Judgement, ok, problem } from './judgement.ts'
import { fetchFault } from './unleash-flags.ts'

/** Looks at a flag where a switch back would turn it off; whether it may be turned is not tried. Never rejects. */
export async function lookAtUnleashAdmin(
  { url, token, project, environment }: UnleashAdminConfig,
  flag: string,
  signal: AbortSignal,
): Promise<Judgement> {
  const parts = ['projects', project, 'features', flag, 'environments', environment]
  const path = parts.map(encodeURIComponent).join('/')
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/${path}`, {
      headers: { authorization: token },
      redirect: 'manual',
      signal,
    })
    await response.body?.cancel()
    return judgeUnleashAdmin(response.status, { project, environment })
  } catch (error) {
    return problem(
      fetchFault(error as Error),
      'see whether Unleash runs and unleash.admin.url is right (it ends with /api/admin)',
    )
  }
}

export function judgeUnleashAdmin(
  status: number,
  { project, environment }: Pick<UnleashAdminConfig, 'project' | 'environment'>,
): Judgement {
  if (status === 200) return ok(`in ${project}, ${environment}`)
  if (status === 401 || status === 403) {
    return problem(
      `answers ${status}: the token may not see it`,
      'make a token of a service account that may change the environment, for unleash.admin.token',
    )
  }
  if (status === 404) {
    return problem(
      `is not in project ${project}, environment ${environment}`,
      'correct unleash.admin.project or environment, or make the flag there',
    )
  }
  return problem(
    `answers ${status}`,
    'unleash.admin.url must be the base address of the admin API, such as https://unleash.example.com/api/admin',
  )
}
