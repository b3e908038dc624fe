// Every cause that a submission can have, with real servers on loopback that produce it.
import type { Cause } from '../causes'
import type { Fault } from './faults/arrange'
import { connectionFaults } from './faults/connection'
import { loginFaults } from './faults/login'
import { mailFaults, protocolFaults } from './faults/mail'
import { patientFaults } from './faults/patient'
import { proxyFaults } from './faults/proxy'
import { refusalFaults } from './faults/refusals'

export { type Arrangement, beginFaults, endFaults, type Fault, submissionOf } from './faults/arrange'
export { patientFaults }

/** Those that show at once, or at a timeout that is shortened. */
export const quickFaults: Fault[] = [
  ...connectionFaults,
  ...loginFaults,
  ...mailFaults,
  ...refusalFaults,
  ...proxyFaults,
  ...protocolFaults,
]

/** Causes that a submission cannot have: the queue's own. */
export const causesElsewhere: Cause[] = ['no-worker']
