import type { ShownStatus } from '../../admin/answers/status-answers.ts'

type Route = ShownStatus['workers'][number]['routes'][number]

/** The routes that a question can be about, those with a flag first. */
export function askableRoutes({ workers }: ShownStatus): readonly Route[] {
  const routes = workers[0]?.routes ?? []
  return [
    ...routes.filter(({ flag }) => flag !== null),
    ...routes.filter(each => each.flag === null),
  ]
}

/** The one that the page's address names, else the first. */
export function askedRoute(status: ShownStatus, name: string | null): Route | null {
  const routes = askableRoutes(status)
  return routes.find(({ route }) => route === name) ?? routes[0] ?? null
}
