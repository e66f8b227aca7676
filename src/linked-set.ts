/** May be in one `LinkedSet` at a time; these fields are that set's own. */
export abstract class Linked {
  /** Null outside of a set, as are the others. */
  within: { delete(member: Linked): boolean } | null = null
  before: Linked | null = null
  after: Linked | null = null
}

/**
 * Members in the order in which they came, for sets that something enters and leaves with every request.
 *
 * A `Map` or `Set` is not fit for that. When one of V8's is full of what has left, its members move to a new
 * table, and the old one points to the new. Once an old table is in the old generation, collections of the
 * young one take it for alive, and so all tables behind it, and whatever was a member when they were replaced:
 * with few members at a time that is nearly every request, copied twice and kept until all of the heap is
 * collected. What leaves this set is pointed to by nothing, and points to nothing.
 */
export class LinkedSet<Member extends Linked> {
  #first: Member | null = null
  #last: Member | null = null
  #size = 0

  get size(): number {
    return this.#size
  }

  /** That came before all others; null for none. */
  get first(): Member | null {
    return this.#first
  }

  has(member: Member): boolean {
    return member.within === this
  }

  /** Nothing happens to a member; one of another set is a mistake that throws. */
  add(member: Member): void {
    if (member.within === this) return
    if (member.within !== null) throw new Error('It is in another set.')
    member.within = this
    member.before = this.#last
    if (this.#last === null) this.#first = member
    else this.#last.after = member
    this.#last = member
    this.#size++
  }

  /** Whether it was a member. */
  delete(member: Member): boolean {
    if (member.within !== this) return false
    const before = member.before as Member | null
    const after = member.after as Member | null
    if (before === null) this.#first = after
    else before.after = after
    if (after === null) this.#last = before
    else after.before = before
    member.within = null
    member.before = null
    member.after = null
    this.#size--
    return true
  }

  /** All members as they are now, to be walked while some leave. */
  all(): Member[] {
    const members: Member[] = []
    for (let each = this.#first; each !== null; each = each.after as Member | null)
      members.push(each)
    return members
  }
}
