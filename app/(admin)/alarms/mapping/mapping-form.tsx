'use client'

import { SubmitButton } from '@/components/button'
import { TextAreaField } from '@/components/fields'
import { Form, type FormAction } from '@/components/form'

type Props = {
  action: FormAction<string>
  expression: string
  example: { expression: string; sample: string }
  labels: Record<
    'expression' | 'expressionHelp' | 'sample' | 'sampleHelp' | 'save' | 'preview' | 'result',
    string
  >
}

/** An expression that makes alarms of any JSON, and a sample to try it on. */
export function MappingForm({ action, expression, example, labels }: Props) {
  return (
    <Form action={action} keepWhenDone>
      {state => (
        <>
          <TextAreaField
            name="expression"
            label={labels.expression}
            help={labels.expressionHelp}
            defaultValue={expression || example.expression}
            rows={10}
            mono
            spellCheck={false}
          />
          <TextAreaField
            name="sample"
            label={labels.sample}
            help={labels.sampleHelp}
            defaultValue={example.sample}
            rows={8}
            mono
            optional
            spellCheck={false}
          />
          <div className="flex flex-wrap gap-2">
            <SubmitButton name="intent" value="save">
              {labels.save}
            </SubmitButton>
            <SubmitButton name="intent" value="preview" variant="secondary">
              {labels.preview}
            </SubmitButton>
          </div>
          {state.status === 'done' && state.data && (
            <section aria-label={labels.result}>
              <pre className="max-h-96 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs wrap-anywhere whitespace-pre-wrap">
                {state.data}
              </pre>
            </section>
          )}
        </>
      )}
    </Form>
  )
}
