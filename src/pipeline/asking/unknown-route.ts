import type { Snapshot } from '../../config/snapshot.ts'

/** What is wrong with the name of a route that is not there. */
export function unknownRoute(name: string, { routes }: Pick<Snapshot, 'routes'>): string {
  const names = routes.map(route => route.name).join(', ')
  return `route must be one of ${names || '(there are none)'}, received ${JSON.stringify(name)}`
}
