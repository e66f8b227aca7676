import type { LinkedRoute, Snapshot } from '../../config/snapshot.ts'
import { unknownRoute } from './unknown-route.ts'

export interface Asked {
  readonly flag?: string | undefined
  readonly route?: string | undefined
}

/** A route whose flag is simulated, with the name of that flag. */
export interface SimulatedRoute {
  readonly route: LinkedRoute
  readonly flag: string
}

/** The route that is meant, since routes that share a flag may know their callers by other things; or what is wrong. */
export function simulatedRoute(asked: Asked, { routes }: Pick<Snapshot, 'routes'>) {
  const split = routes.flatMap((route): SimulatedRoute[] =>
    route.flag === undefined || route.v2 === undefined ? [] : [{ route, flag: route.flag }],
  )
  const { flag, route: name } = asked
  if (name !== undefined) {
    const found = split.find(({ route }) => route.name === name)
    if (found === undefined) {
      return routes.some(route => route.name === name)
        ? `route must be one with a flag, received ${JSON.stringify(name)}`
        : unknownRoute(name, { routes })
    }
    if (flag === undefined || flag === found.flag) return found
    return `flag must be that of route ${name}, which is ${found.flag}, received ${JSON.stringify(flag)}`
  }
  if (flag === undefined) return 'a flag or --route must be given'
  const [found, ...others] = split.filter(each => each.flag === flag)
  if (found === undefined) {
    const names = [...new Set(split.map(each => each.flag))].join(', ')
    return `flag must be one that a route names (${names || 'there is none'}), received ${JSON.stringify(flag)}`
  }
  if (others.length === 0) return found
  const names = [found, ...others].map(({ route }) => route.name).join(', ')
  return `--route must be given, one of those that share flag ${flag}: ${names}`
}
