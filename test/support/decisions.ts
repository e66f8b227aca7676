import type { Decision } from '../../src/decisions/decision.ts'
import type { DecisionsPage } from '../../src/decisions/merged-page.ts'

/** One page of what a gateway decided. */
export async function decisionsPage(
  { adminUrl }: { readonly adminUrl: string },
  query = '?limit=1000',
): Promise<DecisionsPage> {
  return (await (await fetch(`${adminUrl}/decisions${query}`)).json()) as DecisionsPage
}

/** All of it, page by page. */
export async function allDecisions(gateway: { readonly adminUrl: string }): Promise<Decision[]> {
  const all: Decision[] = []
  for (;;) {
    const { decisions } = await decisionsPage(
      gateway,
      `?after=${all.at(-1)?.number ?? 0}&limit=1000`,
    )
    if (decisions.length === 0) return all
    all.push(...decisions)
  }
}
