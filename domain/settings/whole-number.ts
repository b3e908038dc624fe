import { z } from 'zod'

/** A whole number as somebody types it. @param code what is wrong with any other text */
export const wholeNumber = (least: number, most: number, code: string) =>
  z
    .string()
    .trim()
    .regex(/^\d{1,4}$/, code)
    .transform(Number)
    .refine(number => number >= least && number <= most, code)
