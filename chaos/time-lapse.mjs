// Loaded before a node: for it time passes so many times as fast, as far as it waits for longer than the database
// may take. What is due, and who lives, stays with the clock of the database.
const times = Number(process.env.TIME_LAPSE)
const { setTimeout } = globalThis
const real = performance.now.bind(performance)

performance.now = () => real() * times
globalThis.setTimeout = Object.assign(
  (work, milliseconds, ...rest) =>
    setTimeout(work, milliseconds > 30_000 ? milliseconds / times : milliseconds, ...rest),
  setTimeout,
)
