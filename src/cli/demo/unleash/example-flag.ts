import { exampleFlag } from '../example.ts'
import type { RealUnleash } from './real-unleash.ts'

/** The segments of the example, in the order in which V2 reaches them. */
export const exampleSegments = ['beta_users', 'api_partners', 'enterprise'] as const

/** Title of the strategy of those who are in no segment. */
export const everyoneElse = 'everyone'

/** Property of the example's route that says in which segment a caller is. */
const property = 'segment'

/** Sets a fresh Unleash up: segments, and a flag with a strategy for each, of which beta users have V2. */
export async function setUpExampleFlag({ admin }: Pick<RealUnleash, 'admin'>): Promise<void> {
  const project = '/projects/default'
  const values = exampleSegments.map(value => ({ value }))
  await admin('POST', '/context', { name: property, legalValues: values, stickiness: false })
  await admin('POST', `${project}/features`, {
    name: exampleFlag,
    type: 'release',
    description: 'Who gets V2 of job matching: a strategy for each segment.',
  })
  const environment = `${project}/features/${exampleFlag}/environments/development`
  for (const segment of exampleSegments) {
    const { id } = (await admin('POST', '/segments', {
      name: segment,
      description: `Callers whose ${property} is ${segment}.`,
      constraints: [{ contextName: property, operator: 'IN', values: [segment] }],
    })) as { readonly id: number }
    const share = segment === 'beta_users' ? '100' : '0'
    await admin('POST', `${environment}/strategies`, {
      ...strategyOf(segment, share),
      segments: [id],
    })
  }
  await admin('POST', `${environment}/strategies`, {
    ...strategyOf(everyoneElse, '0'),
    // Strategies add up: without this enterprise would be among everyone.
    constraints: [{ contextName: property, operator: 'NOT_IN', values: [...exampleSegments] }],
  })
  await admin('POST', `${environment}/on`)
}

/** One group for all: who is in a share of one segment is in every larger one. */
function strategyOf(title: string, rollout: string) {
  return {
    ...{ name: 'flexibleRollout', title, constraints: [], segments: [] },
    parameters: { rollout, stickiness: 'default', groupId: exampleFlag },
  }
}
