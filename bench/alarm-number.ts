import { severities } from '@/domain/alarms/alarm-item'

/** An alarm as a device sends it. */
export const alarmNumber = (number: number) => ({
  originator: `device-${number}`,
  type: number % 3 === 0 ? 'Door open' : 'High temperature',
  severity: severities[number % severities.length] ?? 'major',
  startedAt: '2026-11-30T10:00:00Z',
  details: {
    temperature: number % 100,
    room: 'Cellar',
    owner: { email: `owner.${number % 50}@example.org` },
    limits: [60, 80],
  },
})
