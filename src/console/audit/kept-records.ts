import type { AuditPage } from '../../admin/control-view.ts'
import type { AuditRecord } from '../../fleet/stores/store.ts'
import type { Fault } from '../api.ts'
import type { Desk } from '../desk.ts'
import { every } from '../time.ts'

/** What other machines wrote is told by no stream: it is asked for, in milliseconds. */
const periodMs = 5000

/** Records of a page, and of one of those in which somebody looks for something. */
const pageSize = 100
const searchSize = 1000

/** Pages that one search goes back at most. */
const mostPages = 10

/** The part of the audit that was read so far, from its end on. */
export function createKeptRecords(desk: Pick<Desk, 'api' | 'redraw'>) {
  /** The newest first. */
  let records: readonly AuditRecord[] = []
  let from: AuditPage['from'] | null = null
  let isAll = false
  let fault: Fault | null = null
  let turn: Promise<void> = Promise.resolve()
  let isSearching = false

  /** One question at a time, or a record could be taken twice. */
  function inTurn(task: () => Promise<unknown>): Promise<void> {
    turn = turn.then(async () => {
      await task()
      desk.redraw()
    })
    return turn
  }

  /** The page, the newest first; null where it did not come, or from another store than what is here. */
  async function read(where: string, limit: number): Promise<readonly AuditRecord[] | null> {
    const answer = await desk.api.get<AuditPage>(`/audit?${where}&limit=${limit}`)
    if (!answer.ok) {
      fault = answer.fault
      return null
    }
    fault = null
    const isOther = from !== null && from !== answer.value.from
    from = answer.value.from
    if (!isOther) return answer.value.records.toReversed()
    // It numbers otherwise: what is here is nothing that its pages could be put to.
    await readNewest()
    return null
  }

  async function readNewest(): Promise<void> {
    const page = await read('before=end', pageSize)
    if (page === null) return
    records = page
    isAll = page.length < pageSize
  }

  async function readNewer(): Promise<void> {
    if (from === null) return readNewest()
    for (;;) {
      const page = await read(`after=${records[0]?.seq ?? 0}`, searchSize)
      if (page === null) return
      records = [...page, ...records]
      if (page.length < searchSize) return
    }
  }

  async function readOlder(isWanted: ((record: AuditRecord) => boolean) | null): Promise<void> {
    const limit = isWanted === null ? pageSize : searchSize
    for (let pages = 0; pages < mostPages; pages++) {
      const oldest = records.at(-1)
      if (oldest === undefined || isAll) return
      const page = await read(`before=${oldest.seq}`, limit)
      if (page === null) return
      records = [...records, ...page]
      isAll = page.length < limit
      if (isWanted === null || page.some(isWanted)) return
    }
  }

  void inTurn(readNewest)
  const stop = every(periodMs, () => {
    if (!document.hidden) void inTurn(readNewer)
  })
  return {
    /** Null before the first page. */
    records: () => (from === null ? null : records),
    /** Whether the store keeps nothing older. */
    isAll: () => isAll,
    /** Why the last question was not answered. */
    fault: () => fault,
    isSearching: () => isSearching,
    renew: () => inTurn(readNewer),
    /** The page before; with `isWanted` as many as it takes to find one such, and ten at most. */
    async older(isWanted: ((record: AuditRecord) => boolean) | null): Promise<void> {
      isSearching = true
      desk.redraw()
      await inTurn(() => readOlder(isWanted))
      isSearching = false
      desk.redraw()
    },
    close: stop,
  }
}
