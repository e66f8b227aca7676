import type { ShownStatus } from '../admin/answers/status-answers.ts'
import { createApi } from './api.ts'
import type { Desk, Page, PageEntry } from './desk.ts'
import { keepingSelection } from './kept-selection.ts'
import { createLive, type Hearing } from './live.ts'
import { followLinks, type Place, placeOf } from './navigation.ts'
import { pageList } from './page-list.ts'
import { createQuestions } from './question.ts'
import { settleDialog } from './question-view.ts'
import type { Session } from './session.ts'
import { shellView } from './shell-view.ts'
import { changeInWords } from './show/change-in-words.ts'
import { render } from './template.ts'

/** The console: its rooms joined, and drawn anew whenever one of them has news. */
const root = document.createElement('div')
document.body.prepend(root)

let session: Session | null = null
let isLoginOver = false
let status: ShownStatus | null = null
let hearing: Hearing = { state: 'waiting', lastAt: null }
let said = ''
let shown: { readonly entry: PageEntry; readonly place: Place; page: Page | null }
let isDrawingDue = false

const api = createApi({
  session: () => session,
  onLoginOver() {
    isLoginOver = true
    live.stop()
    redraw()
  },
  onForbidden: () => void askWhoThisIs(),
})

const questions = createQuestions({
  redraw,
  onDone({ then }, text) {
    say(text)
    live.look()
    draw()
    document.getElementById(then)?.focus()
  },
})

const live = createLive({
  api,
  onStatus(heard) {
    status = heard
    redraw()
  },
  onHearing(how) {
    if (hearing.state === 'lost' && how.state === 'live') void askWhoThisIs()
    hearing = how
    redraw()
  },
  onChange(change) {
    const words = change === 'missed' ? null : changeInWords(change)
    if (words !== null) say(words)
    if (change !== 'missed' && change.type === 'config') void askWhoThisIs()
    shown.page?.heard?.(change)
  },
  onOpened: () => void askWhoThisIs(),
})

function say(text: string): void {
  said = text
  redraw()
}

/** Once for all that changed in one turn. */
function redraw(): void {
  if (isDrawingDue) return
  isDrawingDue = true
  queueMicrotask(draw)
}

function draw(): void {
  isDrawingDue = false
  if (status !== null) shown.page ??= shown.entry.open(deskAt(shown.place))
  const body = shown.page?.view() ?? null
  const around = { questions, session, isLoginOver, status, hearing, said, body, logOut }
  const view = shellView({ ...around, pages: pageList, current: shown.entry })
  keepingSelection(() => render(view, root))
  settleDialog(root, questions.open() !== null)
  document.title = `${alarm()}${shown.entry.title} · Switchback`
}

/** What a tab in the background should show. */
function alarm(): string {
  if (isLoginOver) return '(logged out) '
  if (hearing.state === 'lost') return '(no connection) '
  const back = status?.latches.filter(({ state, isDrill }) => state.state === 'tripped' && !isDrill)
  return back === undefined || back.length === 0 ? '' : `(${back.length} switched back) `
}

/** A page is opened with the first status there is. */
function deskAt({ query }: Place): Desk {
  return {
    ...{ api, query, redraw, say },
    status: () => status as ShownStatus,
    session: () => session,
    ask: questions.ask,
  }
}

function entryNamed(name: string): PageEntry {
  return pageList.find(each => each.name === name) ?? (pageList[0] as PageEntry)
}

function go(place: Place): void {
  shown?.page?.close?.()
  shown = { place, entry: entryNamed(place.name), page: null }
  draw()
}

/** Asked again whenever it may have changed: the files say another role, another tab logged in as somebody else. */
async function askWhoThisIs(): Promise<void> {
  const answer = await api.get<Session>('/session')
  if (!answer.ok) return
  session = answer.value
  if (isLoginOver) {
    isLoginOver = false
    live.goOn()
  }
  redraw()
}

async function logOut(): Promise<void> {
  await api.change('/logout', {}, null)
  location.assign('/')
}

shown = { place: placeOf(location), entry: entryNamed(placeOf(location).name), page: null }
followLinks(
  name => pageList.some(each => each.name === name),
  place => {
    go(place)
    document.getElementById('heading')?.focus()
    scrollTo(0, 0)
  },
)
// Whoever logged in again in another tab comes back to what they were at.
function comeBack(): void {
  if (isLoginOver && !document.hidden) void askWhoThisIs()
}
addEventListener('focus', comeBack)
document.addEventListener('visibilitychange', comeBack)
draw()
await askWhoThisIs()
live.start()
