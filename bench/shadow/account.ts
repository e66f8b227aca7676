import { setTimeout as delay } from 'node:timers/promises'
import type { Gateway } from './gateway.ts'

/** What `/metrics` says came of the copies of one kind. */
export interface Account {
  readonly eligible: number
  readonly sent: number
  readonly dropped: number
  readonly failed: number
  /** Pairs that were compared, whatever came of it. */
  readonly compared: number
  /** Pairs that were not. */
  readonly notCompared: number
  /** `dropped, in-flight` → copies, for each that there was. */
  readonly reasons: ReadonlyMap<string, number>
}

export type Copy = 'shadow' | 'noise'

/** @param text As for Prometheus. */
export function accountOf(text: string, copy: Copy): Account {
  const results = { sent: 0, dropped: 0, failed: 0 }
  const reasons = new Map<string, number>()
  let eligible = 0
  let compared = 0
  let notCompared = 0
  for (const { name, labels, value } of samplesOf(text)) {
    if (labels.get('copy') !== copy) continue
    const reason = labels.get('reason')
    if (name === 'copies_eligible_total') eligible += value
    else if (name === 'comparisons_total') {
      if (labels.get('verdict') !== 'not-compared') compared += value
      else {
        notCompared += value
        add(`not compared, ${reason}`, value)
      }
    } else if (name === 'copies_total') {
      const result = labels.get('result') as keyof typeof results
      results[result] += value
      add(`${result}, ${reason}`, value)
    }
  }
  return { eligible, ...results, compared, notCompared, reasons }

  function add(reason: string, value: number): void {
    if (value > 0) reasons.set(reason, (reasons.get(reason) ?? 0) + value)
  }
}

/** What came of the copies of several gateways. */
export function sumOfAccounts(accounts: readonly Account[]): Account {
  const total = (of: 'eligible' | 'sent' | 'dropped' | 'failed' | 'compared' | 'notCompared') =>
    accounts.reduce((sum, account) => sum + account[of], 0)
  const reasons = new Map<string, number>()
  for (const [reason, value] of accounts.flatMap(account => [...account.reasons])) {
    reasons.set(reason, (reasons.get(reason) ?? 0) + value)
  }
  return {
    eligible: total('eligible'),
    sent: total('sent'),
    dropped: total('dropped'),
    failed: total('failed'),
    compared: total('compared'),
    notCompared: total('notCompared'),
    reasons,
  }
}

/** Copies that nobody can say what became of; never negative where the account is right. */
export function openIn({ eligible, sent, dropped, failed }: Account): number {
  return eligible - sent - dropped - failed
}

export type Accounts = Readonly<Record<Copy, Account>>

/** No copy is under way. */
export function isOver({ shadow, noise }: Accounts): boolean {
  return openIn(shadow) === 0 && openIn(noise) === 0
}

/** It is known of all that V2 answered what came of comparing it. */
export function isJudged({ shadow }: Accounts): boolean {
  return shadow.compared + shadow.notCompared >= shadow.sent && openIn(shadow) === 0
}

/** Waits until something holds, or for so long that it never will. */
export async function accountsWhen(
  gateway: Gateway,
  holds: (accounts: Accounts) => boolean,
  withinMs: number,
): Promise<Accounts> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const text = await gateway.metrics()
    const accounts = { shadow: accountOf(text, 'shadow'), noise: accountOf(text, 'noise') }
    if (holds(accounts) || performance.now() > deadline) return accounts
    await delay(100)
  }
}

function samplesOf(text: string) {
  return text.split('\n').flatMap(line => {
    const [, name, labels = '', value] = /^switchback_shadow_(\w+)\{(.*)\} (\d+)$/.exec(line) ?? []
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(
      ([, label, word]) => [label, word] as const,
    )
    return value === undefined ? [] : [{ name, labels: new Map(pairs), value: Number(value) }]
  })
}
