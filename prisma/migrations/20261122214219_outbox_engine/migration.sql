-- DropIndex
DROP INDEX "OutboundMail_createdAt_idx";

-- DropIndex
DROP INDEX "OutboundMail_linkTokenId_idx";

-- DropIndex
DROP INDEX "OutboundMail_messageId_key";

-- DropIndex
DROP INDEX "OutboundMail_state_dueAt_idx";

-- DropIndex
DROP INDEX "OutboundMail_tenantId_createdAt_idx";

-- DropIndex
DROP INDEX "OutboundMail_userId_idx";

-- AlterTable
ALTER TABLE "LinkToken" ADD COLUMN     "openedAt" TIMESTAMPTZ(3),
ADD COLUMN     "openedFrom" TEXT;

-- AlterTable
ALTER TABLE "MailServer" ADD COLUMN     "breakerCause" TEXT,
ADD COLUMN     "breakerOpenedAt" TIMESTAMPTZ(3),
ADD COLUMN     "breakerProbeAt" TIMESTAMPTZ(3),
ADD COLUMN     "breakerProbes" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "breakerReply" TEXT,
ADD COLUMN     "maxConnections" INTEGER NOT NULL DEFAULT 5,
ADD COLUMN     "maxPerDay" INTEGER,
ADD COLUMN     "maxPerMinute" INTEGER,
ADD COLUMN     "maxPerSecond" INTEGER,
ADD COLUMN     "pausedAt" TIMESTAMPTZ(3),
ADD COLUMN     "pausedBy" TEXT;

-- AlterTable
ALTER TABLE "OutboundMail" ADD COLUMN     "rank" INTEGER NOT NULL DEFAULT 2,
ADD COLUMN     "tenantKey" UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';

-- AlterTable
ALTER TABLE "OutboxControl" ADD COLUMN     "retentionDays" INTEGER NOT NULL DEFAULT 90,
ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "MailServerUse" (
    "mailServerId" UUID NOT NULL,
    "secondAt" TIMESTAMPTZ(3) NOT NULL,
    "secondCount" INTEGER NOT NULL,
    "minuteAt" TIMESTAMPTZ(3) NOT NULL,
    "minuteCount" INTEGER NOT NULL,
    "dayAt" TIMESTAMPTZ(3) NOT NULL,
    "dayCount" INTEGER NOT NULL,

    CONSTRAINT "MailServerUse_pkey" PRIMARY KEY ("mailServerId")
);

-- CreateTable
CREATE TABLE "Tally" (
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "what" TEXT NOT NULL,
    "tenantKey" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "server" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "Tally_pkey" PRIMARY KEY ("hour","what","tenantKey","kind","server","outcome","cause","seconds")
);

-- CreateTable
CREATE TABLE "RetryRun" (
    "id" UUID NOT NULL,
    "filter" JSONB NOT NULL,
    "tenantId" UUID,
    "total" INTEGER NOT NULL,
    "retried" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "startedById" UUID NOT NULL,
    "startedBy" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "RetryRun_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "OutboundMail_queue" ON "OutboundMail"("rank", "tenantKey", "dueAt", "id") WHERE (state = ANY (ARRAY['queued'::"MailState", 'deferred'::"MailState", 'uncertain'::"MailState"]));

-- CreateIndex
CREATE INDEX "OutboundMail_expiry" ON "OutboundMail"("expiresAt") WHERE (state = ANY (ARRAY['queued'::"MailState", 'deferred'::"MailState", 'uncertain'::"MailState"]));

-- CreateIndex
CREATE INDEX "OutboundMail_waiting_link" ON "OutboundMail"("linkTokenId") WHERE (state = ANY (ARRAY['queued'::"MailState", 'deferred'::"MailState", 'uncertain'::"MailState"]));

-- CreateIndex
CREATE INDEX "OutboundMail_in_hand" ON "OutboundMail"("workerId") WHERE (state = 'sending'::"MailState");

-- CreateIndex
CREATE INDEX "OutboundMail_createdAt_id_idx" ON "OutboundMail"("createdAt", "id");

-- CreateIndex
CREATE INDEX "OutboundMail_tenantId_createdAt_id_idx" ON "OutboundMail"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "OutboundMail_troubled" ON "OutboundMail"("state", "createdAt", "id") WHERE (state = ANY (ARRAY['deferred'::"MailState", 'uncertain'::"MailState", 'failed'::"MailState", 'cancelled'::"MailState"]));

-- CreateIndex
CREATE INDEX "OutboundMail_userId_createdAt_idx" ON "OutboundMail"("userId", "createdAt");

-- AddForeignKey
ALTER TABLE "MailServerUse" ADD CONSTRAINT "MailServerUse_mailServerId_fkey" FOREIGN KEY ("mailServerId") REFERENCES "MailServer"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What waits already takes its place in the queue.
UPDATE "OutboundMail" SET
    "tenantKey" = coalesce("tenantId", '00000000-0000-0000-0000-000000000000'),
    "rank" = CASE WHEN kind = 'test' THEN 0 WHEN kind IN ('password-reset', 'confirm-new-email') THEN 1 ELSE 2 END;

ALTER TABLE "OutboundMail" ALTER COLUMN "tenantKey" DROP DEFAULT;

-- Room on each page for the new states of its rows: an attempt is written twice, and both then fit there.
ALTER TABLE "DeliveryAttempt" SET (fillfactor = 70);

-- Whoever changes what workers keep in memory cannot forget to tell them.
-- Its semicolons are written \073: the adapter of PostgreSQL cuts a script at each one it sees.
CREATE FUNCTION latchkey_sending_changed() RETURNS trigger LANGUAGE plpgsql AS E'
BEGIN
    INSERT INTO "OutboxControl" (id, revision) VALUES (1, 1)
    ON CONFLICT (id) DO UPDATE SET revision = "OutboxControl".revision + 1\073
    PERFORM pg_notify(''latchkey_outbox'', '''')\073
    RETURN NULL\073
END ';

CREATE TRIGGER sending_changed AFTER INSERT OR UPDATE OR DELETE ON "MailServer"
    FOR EACH STATEMENT EXECUTE FUNCTION latchkey_sending_changed();
CREATE TRIGGER sending_changed AFTER INSERT OR UPDATE OR DELETE ON "MailServerVersion"
    FOR EACH STATEMENT EXECUTE FUNCTION latchkey_sending_changed();
CREATE TRIGGER sending_changed AFTER INSERT OR UPDATE OR DELETE ON "DkimKey"
    FOR EACH STATEMENT EXECUTE FUNCTION latchkey_sending_changed();
