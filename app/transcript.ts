import type { TranscriptLine } from '@/domain/smtp/outcome'

const arrows = { client: '→', server: '←', note: '·' }

/** The dialogue as text, with seconds since its start: to be read, and to be copied to whoever runs the server. */
export const transcriptText = (transcript: TranscriptLine[]): string => transcript.map(line).join('\n')

const line = ({ at, from, text }: TranscriptLine) =>
  `${(at / 1000).toFixed(3).padStart(7)} ${arrows[from]} ${text.replaceAll('\n', `\n${' '.repeat(10)}`)}`
