// All that the API can do.
import type { Operation } from '../operation'
import { alarms } from './alarms'
import { audit } from './audit'
import { mailServers } from './mail-servers'
import { mails } from './mails'
import { passwordResets } from './password-resets'
import { places } from './places'
import { rules } from './rules'
import { users } from './users'
import { webhooks } from './webhooks'

export const operations: readonly Operation[] = [
  ...users,
  ...passwordResets,
  ...mails,
  ...places,
  ...mailServers,
  ...alarms,
  ...rules,
  ...webhooks,
  ...audit,
]
