import { randomUUID } from 'node:crypto'
import type { Clock } from '../../../clock.ts'
import { match, type Offer } from '../offers.ts'

/** An offer with what the employer pays for an introduction. */
export interface PricedOffer extends Offer {
  readonly price: number
}

export interface PricedMatch {
  /** Another one for each answer. */
  readonly answerId: string
  readonly generatedAt: string
  readonly user: string
  /** In another order each time. */
  readonly offers: readonly PricedOffer[]
}

export interface PricedMatchDeps {
  readonly random: () => number
  readonly clock: Clock
  /** What a price is multiplied by, asked for each answer. */
  readonly factor: () => number
}

/**
 * Answers as real services give them: the same offers for the same user each time, and around them an id, a
 * time and an order that are never the same twice.
 */
export function createPricedMatch({ random, clock, factor }: PricedMatchDeps) {
  return (user: string, skills: readonly string[]): PricedMatch => ({
    answerId: randomUUID(),
    generatedAt: new Date(clock.now()).toISOString(),
    user,
    offers: shuffled(pricedOffers(user, skills, factor()), random),
  })
}

function pricedOffers(user: string, skills: readonly string[], factor: number): PricedOffer[] {
  return match('v1', user, skills).offers.map((offer, index) => ({
    ...offer,
    // The sample's numbers may meet by chance, which ids do not.
    id: `${offer.id}-${index + 1}`,
    price: cents(priceOf(offer) * factor),
  }))
}

/** From 100 to 250, the dearer the better the match. */
function priceOf({ id, score }: Offer): number {
  return 50 + score * 100 + (Number(id.slice(-2)) % 100)
}

function cents(value: number): number {
  return Math.round(value * 100) / 100
}

/** Fisher and Yates. */
function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const all = [...list]
  for (let last = all.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[all[last], all[other]] = [all[other] as T, all[last] as T]
  }
  return all
}
