import type { RouteGuard } from '../guard/route-guard.ts'
import type { Caller } from '../identity/caller.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { MirroredRequest } from '../shadow/mirrored-request.ts'
import type { BodyTap, Tap } from '../upstream/forward-plan.ts'

/** Who sees the answer to a request on its way to the client: its guard, its copies, both or nobody. */
export function tapFor(
  guard: RouteGuard | null,
  mirrored: MirroredRequest | null,
  request: GatewayRequest,
  caller: Caller,
): Tap | null {
  const guarding = guard?.readsBodies ? bodyTap(guard, request, caller) : null
  if (mirrored === null) return guarding
  if (guarding === null) return head => mirrored.answered(head)
  return head => bothOf(guarding(head), mirrored.answered(head))
}

/** Shows the guard the bodies that it reads numbers from. */
function bodyTap(guard: RouteGuard, { method, path }: GatewayRequest, caller: Caller): Tap {
  const { properties } = caller
  return ({ variant, status, headers }) =>
    guard.tap({ variant, status, headers, method, path, properties })
}

function bothOf(one: BodyTap | null, other: BodyTap | null): BodyTap | null {
  if (one === null || other === null) return one ?? other
  return {
    data(chunk) {
      one.data(chunk)
      other.data(chunk)
    },
    end() {
      one.end()
      other.end()
    },
  }
}
