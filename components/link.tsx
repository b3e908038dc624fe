import NextLink from 'next/link'
import type { ComponentProps } from 'react'

/**
 * A link within the application. Nothing is asked for before somebody follows it: all pages are made for whoever
 * asks, so that what could be had in advance is no page, and each page would ask for twenty others.
 */
export const Link = (props: ComponentProps<typeof NextLink>) => <NextLink {...props} prefetch={false} />
