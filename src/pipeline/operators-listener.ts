import type { ControlView } from '../admin/control-view.ts'
import { createAdmin } from '../admin/server.ts'
import type { Snapshot } from '../config/snapshot.ts'
import type { Planes } from '../fleet/planes.ts'
import { clientNetwork } from '../ingress/peers.ts'
import { type AdminAccessDeps, createAdminAccess } from './admin-access.ts'
import { createAdminView } from './admin-view.ts'
import { opened } from './open-listener.ts'

export interface OperatorsListenerDeps extends Omit<AdminAccessDeps, 'bound'> {
  /** As the process starts: the address, and whether there is TLS, stay for its life. */
  readonly snapshot: Snapshot
  readonly ready: () => boolean
  readonly planes: () => Planes
  readonly configStatus: () => object
  readonly control: ControlView
}

/** The listener of the operators, with who may ask it: both go by the snapshot in force. */
export async function createOperatorsListener(deps: OperatorsListenerDeps) {
  const { snapshot, control } = deps
  const bound = snapshot.process.admin
  const access = createAdminAccess({ ...deps, bound })
  const firstAccess = await access.prepare(snapshot)
  firstAccess.commit()
  const admin = createAdmin({
    config: bound,
    tls: snapshot.adminTls,
    networkOf: clientNetwork,
    access: access.access,
    sessions: access.sessions,
    view: createAdminView(deps),
    control,
  })

  return {
    /** Rejects, and leaves all as it is, where that cannot be done. */
    async prepare(next: Snapshot) {
      const { commit, discard } = await access.prepare(next)
      return {
        discard,
        commit(): void {
          commit()
          admin.accessChanged()
          if (next.adminTls !== null) admin.renewCertificate(next.adminTls)
        },
      }
    },
    /** Resolves with the port in use. */
    listen: () => opened('admin', bound, admin.listen()),
    async close(): Promise<void> {
      await admin.close()
      await access.close()
    },
  }
}
