// The thread in which what tenants have written is run: filters and mappings (JSONata) and templates (Liquid). It has no
// database, no keys and no network in its hands, little memory, and is ended from outside when it takes too long.
import { parentPort, workerData } from 'node:worker_threads'
import jsonata from 'jsonata'
import { Liquid, toValueSync } from 'liquidjs'

const { progress, limits } = workerData
/** Which task is being done: whoever ends this thread knows by it which one took too long. */
const at = new Int32Array(progress)

/** What was compiled, by its text. There is little of it, or else it is started over. */
const known = new Map()
function compiled(kind, text, make) {
  const key = `${kind} ${text}`
  const found = known.get(key)
  if (found) return found
  if (known.size === 500) known.clear()
  const made = make(text)
  known.set(key, made)
  return made
}

const refuse = name => ({
  parse() {
    throw new Error(`${name} reads files, and there are none`)
  },
})

const html = new Liquid(options({ outputEscape: escaped }))
const text = new Liquid(options({ outputEscape: plain }))
for (const engine of [html, text])
  for (const name of ['include', 'render', 'layout', 'block']) engine.registerTag(name, refuse(name))
// In HTML every value is escaped, once: nobody can ask for less.
for (const name of ['raw', 'escape', 'h', 'xml_escape', 'escape_once'])
  html.registerFilter(name, value => value)

/** What is being written: the images that there are, those that it shows, and what is wrong with the others. */
let shown = null

/** An image in HTML, by its name. One that is not there, or one too many, is left out. */
html.registerFilter('image', {
  // The only filter that makes HTML: what is written has no sign in it that was not escaped.
  raw: true,
  handler(value) {
    const name = plain(value).normalize('NFC')
    const image = Object.hasOwn(shown.known, name) ? shown.known[name] : null
    const size = image && !shown.names.has(name) ? image.size : 0
    if (!image) shown.problems.push({ problem: 'image-missing', detail: name.slice(0, 100) })
    else if (shown.names.size + (size ? 1 : 0) > limits.images || shown.size + size > limits.imageBytes)
      shown.problems.push({ problem: 'images-too-many', detail: name })
    else {
      shown.names.add(name)
      shown.size += size
      return `<img src="${image.address}" alt="${escaped(name)}">`
    }
    return ''
  },
})

/** The names of the images in a template that are written out in it, wherever they stand. */
function* imagesNamed(templates) {
  for (const template of templates) {
    const { filters = [], initial } = template.value ?? {}
    const [name] = initial?.postfix ?? []
    if (filters[0]?.name === 'image' && typeof name?.content === 'string') yield name.content.normalize('NFC')
    if (template.children) yield* imagesNamed(toValueSync(template.children(false, true)))
  }
}

function options(more) {
  return {
    ownPropertyOnly: true,
    parseLimit: limits.template,
    renderLimit: limits.renderMilliseconds,
    memoryLimit: limits.renderValues,
    relativeReference: false,
    dynamicPartials: false,
    strictFilters: true,
    ...more,
  }
}

/** A value as people read it. */
function plain(value) {
  if (value === undefined || value === null) return ''
  const words = typeof value === 'object' ? JSON.stringify(value, null, 1) : String(value)
  // What steers a mail is no part of what a device says, nor are the marks that links are put in for.
  return words.replace(/(?![\t\n\r])\p{Cc}|[\ue000\ue001\p{Cs}]/gu, '')
}

/**
 * A value in HTML, wherever it stands: in text, in quotes or without them. Every sign that means anything there is
 * written as its number.
 */
function escaped(value) {
  return plain(value).replace(/[^\p{L}\p{N}\p{M} .,:;_/\n\r-]/gu, sign => `&#${sign.codePointAt(0)};`)
}

/** Addresses that run something are none, and no images but those that the mail carries. An attribute is read as a browser does, with its numbers decoded. */
function withoutScripts(document, carried) {
  return document.replace(
    /(\s(?:href|src|action|formaction|background)\s*=\s*)("[^"]*"|'[^']*'|[^\s>]+)/gi,
    (all, name, value) => {
      const address = value
        .replace(/^["']|["']$/g, '')
        .replace(/&#(\d+);?|&#x([\da-f]+);?/gi, (_, ten, hex) =>
          String.fromCodePoint(Number(ten ?? `0x${hex}`) % 0x110000),
        )
        .replace(/&colon;/gi, ':')
        .replace(/[\s\p{Cc}]/gu, '')
      return /^[a-z][a-z\d+.-]*:/i.test(address) &&
        !/^(?:https?|mailto|tel):/i.test(address) &&
        !carried.has(address)
        ? `${name}"#"`
        : all
    },
  )
}

const truth = value =>
  Array.isArray(value)
    ? value.some(truth)
    : typeof value === 'object' && value
      ? Object.keys(value).length > 0
      : Boolean(value)

const bounded = (source, milliseconds) =>
  compiled(`jsonata ${milliseconds}`, source, code =>
    jsonata(code, { timeout: milliseconds, stack: limits.depth, sequence: limits.sequence }),
  )

const does = {
  /** Whether a value is one that the expression means. */
  filter: async ({ expression, input }) => ({
    value: truth(await bounded(expression, limits.filterMilliseconds).evaluate(input)),
  }),
  /** What the expression makes of a value, as JSON. */
  map: async ({ expression, input }) => {
    const value = await bounded(expression, limits.mapMilliseconds).evaluate(input)
    const json = JSON.stringify(value ?? null)
    return json.length > limits.mapBytes ? { problem: 'too-large' } : { json }
  },
  render: async ({ templates, context, images = {} }) => {
    const written = {}
    shown = { known: images, names: new Set(), size: 0, problems: [] }
    for (const { name, source, isHtml } of templates) {
      const engine = isHtml ? html : text
      const template = compiled(isHtml ? 'html' : 'text', source, code => engine.parse(code))
      const words = engine.renderSync(template, context)
      if (Buffer.byteLength(words) > limits.renderBytes) return { problem: 'too-large', where: name }
      written[name] = isHtml
        ? withoutScripts(words, new Set([...shown.names].map(one => images[one].address)))
        : words
    }
    return { written, images: [...shown.names], ...(shown.problems[0] && { left: shown.problems[0] }) }
  },
  /** Whether the texts can be understood at all; what is wrong with the first that cannot. */
  check: async ({ expression, templates = [] }) => {
    if (expression) jsonata(expression)
    const images = new Set()
    for (const { source, isHtml } of templates)
      for (const name of imagesNamed((isHtml ? html : text).parse(source))) images.add(name)
    return { images: [...images] }
  },
}

/** On a busy machine a moment may be lost to others: what took too long is tried so often. */
const chances = 3

parentPort.on('message', async ({ tasks, inputs }) => {
  // What was too slow for one alarm is not asked about the next ones of the same call.
  const slow = new Set()
  let done = []
  let since = Date.now()
  for (let index = 0; index < tasks.length; index++) {
    Atomics.store(at, 0, index)
    Atomics.add(at, 1, 1)
    const task = tasks[index]
    const key = task.expression ?? JSON.stringify(task.templates)
    const given = { ...task, ...(task.input !== undefined && { input: inputs[task.input] }) }
    let result = { problem: 'too-slow' }
    for (let turn = 0; turn < chances && result.problem === 'too-slow' && !slow.has(key); turn++)
      result = await attempt(given)
    if (result.problem === 'too-slow') slow.add(key)
    done.push(result)
    // Each message costs as much as a task.
    if (index + 1 < tasks.length && done.length < 100 && Date.now() - since < 20) continue
    parentPort.postMessage(done)
    done = []
    since = Date.now()
  }
})

async function attempt(task) {
  try {
    return await does[task.kind](task)
  } catch (error) {
    return { problem: problemOf(error), detail: String(error?.message ?? error).slice(0, 500) }
  }
}

function problemOf(error) {
  const { code = '', message = '' } = error ?? {}
  if (code === 'D1012' || /render limit/i.test(message)) return 'too-slow'
  if (/^D(1011|2014|2015)$/.test(code) || /memory alloc limit|Invalid string length/i.test(message))
    return 'too-large'
  if (/^S\d/.test(code) || /parse|tokenization|not closed|undefined filter/i.test(error?.name + message))
    return 'syntax'
  return 'failed'
}
