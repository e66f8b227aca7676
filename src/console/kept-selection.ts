/** One end of what is selected. */
interface End {
  readonly node: Node
  readonly offset: number
  /** Behind the last letter, however many there will be. */
  readonly isLast: boolean
}

/**
 * Draws, and selects again what was selected: a text that changes takes a selection in it away, and who wants
 * to copy a sentence has its numbers change every two seconds.
 */
export function keepingSelection(draw: () => void): void {
  const selection = getSelection()
  const before = selection === null || selection.isCollapsed ? null : endsOf(selection)
  draw()
  if (selection === null || before === null) return
  const [anchor, focus] = before
  const isKept = isAt(anchor, selection.anchorNode, selection.anchorOffset)
  if (isKept && isAt(focus, selection.focusNode, selection.focusOffset)) return
  if (!anchor.node.isConnected || !focus.node.isConnected) return
  selection.setBaseAndExtent(anchor.node, offsetIn(anchor), focus.node, offsetIn(focus))
}

function endsOf(selection: Selection): readonly [End, End] | null {
  const { anchorNode, anchorOffset, focusNode, focusOffset } = selection
  if (anchorNode === null || focusNode === null) return null
  return [endAt(anchorNode, anchorOffset), endAt(focusNode, focusOffset)]
}

function endAt(node: Node, offset: number): End {
  return { node, offset, isLast: offset > 0 && offset === lengthOf(node) }
}

function isAt(end: End, node: Node | null, offset: number): boolean {
  return end.node === node && offsetIn(end) === offset
}

function offsetIn({ node, offset, isLast }: End): number {
  const length = lengthOf(node)
  return isLast ? length : Math.min(offset, length)
}

/** What an offset in it counts: letters of a text, children of an element. */
function lengthOf(node: Node): number {
  return node instanceof CharacterData ? node.length : node.childNodes.length
}
