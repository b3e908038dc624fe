// Loaded before a node: for it time passes so many times as fast, as far as it waits for more than a second.
// What is due, and who lives, stays with the clock of the database.
const times = Number(process.env.TIME_LAPSE)
const { setTimeout } = globalThis
const real = performance.now.bind(performance)

performance.now = () => real() * times
globalThis.setTimeout = Object.assign(
  (work, milliseconds, ...rest) =>
    setTimeout(work, milliseconds > 1_000 ? milliseconds / times : milliseconds, ...rest),
  setTimeout,
)
