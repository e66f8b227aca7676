import type { ShownStatus } from '../../admin/answers/status-answers.ts'
import { countText } from '../show/numbers.ts'
import { html, type TemplateResult } from '../template.ts'

type Worker = ShownStatus['workers'][number]

const nouns = { requests: 'Requests', websockets: 'WebSockets' } as const

interface Room {
  readonly route: string
  readonly kind: keyof typeof nouns
  readonly taken: number
  readonly limit: number
}

/** How full the routes are that have a limit, over all workers; each worker has places of its own. */
export function placesView(workers: readonly Worker[]): TemplateResult {
  const rooms = roomsOf(workers)
  if (rooms.length === 0) return html`<p class="quiet">No policy limits how much is under way.</p>`
  return html`<table>
    <caption>Under way at once, over all workers</caption>
    <thead><tr><th scope="col">Route</th><th scope="col">Of</th><th scope="col">Taken</th><th scope="col">At most</th></tr></thead>
    <tbody>${rooms.map(
      ({ route, kind, taken, limit }) =>
        html`<tr><th scope="row">${route}</th><td data-label="Of">${nouns[kind]}</td><td data-label="Taken">${countText(taken)}</td><td data-label="At most">${countText(limit)}</td></tr>`,
    )}</tbody>
  </table>`
}

/** The fullest first. */
function roomsOf(workers: readonly Worker[]): readonly Room[] {
  const each = workers.flatMap(({ routes }) =>
    routes.flatMap(({ route, places }) =>
      (['requests', 'websockets'] as const).flatMap(kind => {
        const room = places[kind]
        return room === null ? [] : [{ route, kind, ...room }]
      }),
    ),
  )
  const sum = (rooms: readonly Room[], of: 'taken' | 'limit') =>
    rooms.reduce((all, room) => all + room[of], 0)
  return [...Map.groupBy(each, ({ route, kind }) => `${kind} ${route}`).values()]
    .flatMap(rooms => {
      const [first] = rooms
      if (first === undefined) return []
      return [{ ...first, taken: sum(rooms, 'taken'), limit: sum(rooms, 'limit') }]
    })
    .toSorted((a, b) => b.taken / b.limit - a.taken / a.limit)
}
