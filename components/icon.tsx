import {
  BellRing,
  Braces,
  Building2,
  House,
  Inbox,
  KeyRound,
  ListFilter,
  LogOut,
  Mail,
  Menu,
  Monitor,
  Moon,
  ScrollText,
  Search,
  Send,
  Server,
  Settings,
  Sun,
  UserRound,
  Users,
  Webhook,
} from 'lucide-react'

const icons = {
  braces: Braces,
  bell: BellRing,
  building: Building2,
  home: House,
  inbox: Inbox,
  key: KeyRound,
  list: ListFilter,
  'log-out': LogOut,
  mail: Mail,
  menu: Menu,
  monitor: Monitor,
  moon: Moon,
  scroll: ScrollText,
  search: Search,
  send: Send,
  server: Server,
  settings: Settings,
  sun: Sun,
  user: UserRound,
  users: Users,
  webhook: Webhook,
}

export type IconName = keyof typeof icons

/** An icon by its name, so that a server component can hand one to a client component. */
export function Icon({ name, className = 'size-4' }: { name: IconName; className?: string }) {
  const Drawing = icons[name]
  return <Drawing aria-hidden className={className} />
}
