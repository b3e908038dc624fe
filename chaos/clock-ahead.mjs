// Loaded before a node: its clock is then so many seconds ahead (or, below zero, behind), as on a machine
// whose clock nobody sets.
const ahead = Number(process.env.CLOCK_AHEAD) * 1000
const RealDate = globalThis.Date
const now = () => RealDate.now() + ahead

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, called) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, called),
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
})
