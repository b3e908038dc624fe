-- AlterTable
ALTER TABLE "OutboxControl" ADD COLUMN     "cleanedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "RetryRun" ADD COLUMN     "cursor" TEXT;

-- CreateIndex
CREATE INDEX "OutboundMail_troubled_of_tenant" ON "OutboundMail"("tenantId", "state", "createdAt", "id") WHERE (state = ANY (ARRAY['deferred'::"MailState", 'uncertain'::"MailState", 'failed'::"MailState", 'cancelled'::"MailState"]));

-- All mails to one address, whatever the case it was typed in.
CREATE INDEX "OutboundMail_recipient" ON "OutboundMail"(lower("recipient"), "createdAt", "id");
