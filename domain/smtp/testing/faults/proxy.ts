// What fails at a proxy, or behind it.
import { startBlackHole, startHangUp, startHttpProxy } from '../raw-server'
import { at, type Fault, good, keep, nowhere, sink, socks } from './arrange'

export const proxyFaults: Fault[] = [
  {
    cause: 'proxy-unreachable',
    when: 'nobody listens',
    arrange: async () => {
      const gone = await startBlackHole()
      await gone.close()
      return { settings: { proxy: { type: 'http', host: gone.host, port: gone.port, username: null } } }
    },
  },
  {
    cause: 'proxy-unreachable',
    when: 'it cannot reach the mail server',
    arrange: async () => {
      const proxy = await keep(startHttpProxy())
      const gone = await startBlackHole()
      await gone.close()
      return {
        settings: at(gone, { proxy: { type: 'http', host: proxy.host, port: proxy.port, username: null } }),
      }
    },
    detail: { answered: 'yes' },
  },
  {
    cause: 'proxy-unreachable',
    when: 'SOCKS5, nobody listens',
    arrange: async () => {
      const { host, port } = await nowhere()
      return { settings: { proxy: { type: 'socks5', host, port, username: null } } }
    },
    detail: { answered: 'no' },
  },
  {
    cause: 'proxy-unreachable',
    when: 'SOCKS5, it cannot reach the mail server',
    arrange: async () => ({ settings: at(await nowhere(), await socks({})) }),
    detail: { answered: 'yes' },
  },
  {
    cause: 'proxy-unreachable',
    when: 'SOCKS5 to an HTTP proxy',
    arrange: async () => {
      const { host, port } = await keep(startHttpProxy())
      return { settings: { proxy: { type: 'socks5', host, port, username: null } } }
    },
    detail: { answered: 'yes' },
  },
  {
    cause: 'proxy-unreachable',
    when: 'SOCKS5, it hangs up',
    arrange: async () => {
      const { host, port } = await keep(startHangUp())
      return { settings: { proxy: { type: 'socks5', host, port, username: null } } }
    },
    detail: { answered: 'no' },
  },
  {
    cause: 'proxy-auth',
    when: 'SOCKS5, wrong password',
    arrange: async () => ({
      settings: at(await sink({}), await socks({ login: good }, good.username)),
      secrets: { proxyPassword: 'nonsense' },
    }),
  },
  {
    cause: 'proxy-auth',
    when: 'SOCKS5, it wants a login and none is set',
    arrange: async () => ({ settings: at(await sink({}), await socks({ login: good })) }),
  },
  {
    cause: 'proxy-auth',
    when: 'SOCKS5, a password longer than it can carry',
    arrange: async () => ({
      settings: at(await sink({}), await socks({ login: good }, good.username)),
      secrets: { proxyPassword: 'x'.repeat(256) },
    }),
  },
  {
    cause: 'proxy-auth',
    when: 'wrong proxy password',
    arrange: async () => {
      const proxy = await keep(startHttpProxy({ username: 'proxy', password: 'secret' }))
      const settings = at(await sink({}), {
        proxy: { type: 'http', host: proxy.host, port: proxy.port, username: 'proxy' },
      })
      return { settings, secrets: { proxyPassword: 'nonsense' } }
    },
  },
]
