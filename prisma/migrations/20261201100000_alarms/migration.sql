-- CreateTable
CREATE TABLE "Alarm" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "originator" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "details" JSONB NOT NULL,
    "customerId" UUID,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),
    "repeats" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "acknowledgedAt" TIMESTAMPTZ(3),
    "acknowledgedBy" TEXT,

    CONSTRAINT "Alarm_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AlarmEvent" (
    "id" UUID NOT NULL,
    "alarmId" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ruleId" UUID,
    "evaluatedAt" TIMESTAMPTZ(3),
    "outcomes" JSONB,

    CONSTRAINT "AlarmEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AlarmMail" (
    "mailId" UUID NOT NULL,
    "alarmId" UUID NOT NULL,
    "ruleId" UUID NOT NULL,

    CONSTRAINT "AlarmMail_pkey" PRIMARY KEY ("mailId","alarmId")
);

-- CreateTable
CREATE TABLE "AlarmLink" (
    "mailId" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AlarmLink_pkey" PRIMARY KEY ("mailId")
);

-- CreateTable
CREATE TABLE "AlarmRule" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "settings" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "problem" TEXT,
    "problemDetail" TEXT,
    "problemAt" TIMESTAMPTZ(3),

    CONSTRAINT "AlarmRule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AlarmThread" (
    "ruleId" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "mailedAt" TIMESTAMPTZ(3) NOT NULL,
    "severity" TEXT NOT NULL,
    "suppressed" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "AlarmThread_pkey" PRIMARY KEY ("ruleId","key")
);

-- CreateTable
CREATE TABLE "AlarmDigest" (
    "id" UUID NOT NULL,
    "ruleId" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "AlarmDigest_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AlarmDigestItem" (
    "digestId" UUID NOT NULL,
    "eventId" UUID NOT NULL,
    "alarmId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "recipients" JSONB NOT NULL,

    CONSTRAINT "AlarmDigestItem_pkey" PRIMARY KEY ("digestId","eventId")
);

-- CreateTable
CREATE TABLE "AlarmReminder" (
    "alarmId" UUID NOT NULL,
    "ruleId" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "AlarmReminder_pkey" PRIMARY KEY ("alarmId","ruleId")
);

-- CreateTable
CREATE TABLE "AlarmStopLink" (
    "tokenHash" TEXT NOT NULL,
    "recipientId" UUID NOT NULL,

    CONSTRAINT "AlarmStopLink_pkey" PRIMARY KEY ("tokenHash")
);

-- CreateTable
CREATE TABLE "AlarmRecipient" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "addressKey" TEXT NOT NULL,
    "stoppedAt" TIMESTAMPTZ(3),
    "hourAt" TIMESTAMPTZ(3),
    "hourCount" INTEGER NOT NULL DEFAULT 0,
    "toldAt" TIMESTAMPTZ(3),
    "mailedAt" TIMESTAMPTZ(3),

    CONSTRAINT "AlarmRecipient_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AlarmTurn" (
    "tenantId" UUID NOT NULL,
    "holder" UUID NOT NULL,
    "endsAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "AlarmTurn_pkey" PRIMARY KEY ("tenantId")
);

-- CreateTable
CREATE TABLE "AlarmMapping" (
    "tenantId" UUID NOT NULL,
    "expression" TEXT NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AlarmMapping_pkey" PRIMARY KEY ("tenantId")
);

-- CreateIndex
CREATE INDEX "Alarm_tenantId_createdAt_id_idx" ON "Alarm"("tenantId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Alarm_tenantId_severity_createdAt_id_idx" ON "Alarm"("tenantId", "severity", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Alarm_tenantId_status_createdAt_id_idx" ON "Alarm"("tenantId", "status", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Alarm_createdAt_id_idx" ON "Alarm"("createdAt", "id");

-- CreateIndex
CREATE INDEX "Alarm_open" ON "Alarm"("tenantId", "originator", "type") WHERE (status <> 'cleared'::text);

-- CreateIndex
CREATE UNIQUE INDEX "Alarm_tenantId_key_key" ON "Alarm"("tenantId", "key");

-- CreateIndex
CREATE INDEX "AlarmEvent_alarmId_id_idx" ON "AlarmEvent"("alarmId", "id");

-- CreateIndex
CREATE INDEX "AlarmEvent_pending" ON "AlarmEvent"("tenantId", "id") WHERE ("evaluatedAt" IS NULL);

-- CreateIndex
CREATE INDEX "AlarmMail_alarmId_ruleId_idx" ON "AlarmMail"("alarmId", "ruleId");

-- CreateIndex
CREATE UNIQUE INDEX "AlarmLink_tokenHash_key" ON "AlarmLink"("tokenHash");

-- CreateIndex
CREATE INDEX "AlarmLink_createdAt_idx" ON "AlarmLink"("createdAt");

-- CreateIndex
CREATE INDEX "AlarmRule_tenantId_position_idx" ON "AlarmRule"("tenantId", "position");

-- CreateIndex
CREATE INDEX "AlarmThread_mailedAt_idx" ON "AlarmThread"("mailedAt");

-- CreateIndex
CREATE INDEX "AlarmDigest_tenantId_dueAt_idx" ON "AlarmDigest"("tenantId", "dueAt");

-- CreateIndex
CREATE UNIQUE INDEX "AlarmDigest_ruleId_key" ON "AlarmDigest"("ruleId");

-- CreateIndex
CREATE INDEX "AlarmDigestItem_alarmId_idx" ON "AlarmDigestItem"("alarmId");

-- CreateIndex
CREATE INDEX "AlarmReminder_dueAt_idx" ON "AlarmReminder"("dueAt");

-- CreateIndex
CREATE INDEX "AlarmReminder_ruleId_idx" ON "AlarmReminder"("ruleId");

-- CreateIndex
CREATE INDEX "AlarmStopLink_recipientId_idx" ON "AlarmStopLink"("recipientId");

-- CreateIndex
CREATE INDEX "AlarmRecipient_mailedAt_idx" ON "AlarmRecipient"("mailedAt");

-- CreateIndex
CREATE UNIQUE INDEX "AlarmRecipient_tenantId_addressKey_key" ON "AlarmRecipient"("tenantId", "addressKey");

-- AddForeignKey
ALTER TABLE "Alarm" ADD CONSTRAINT "Alarm_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AlarmEvent" ADD CONSTRAINT "AlarmEvent_alarmId_fkey" FOREIGN KEY ("alarmId") REFERENCES "Alarm"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AlarmMail" ADD CONSTRAINT "AlarmMail_alarmId_fkey" FOREIGN KEY ("alarmId") REFERENCES "Alarm"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AlarmRule" ADD CONSTRAINT "AlarmRule_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AlarmThread" ADD CONSTRAINT "AlarmThread_ruleId_fkey" FOREIGN KEY ("ruleId") REFERENCES "AlarmRule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AlarmDigest" ADD CONSTRAINT "AlarmDigest_ruleId_fkey" FOREIGN KEY ("ruleId") REFERENCES "AlarmRule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AlarmDigestItem" ADD CONSTRAINT "AlarmDigestItem_digestId_fkey" FOREIGN KEY ("digestId") REFERENCES "AlarmDigest"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AlarmDigestItem" ADD CONSTRAINT "AlarmDigestItem_alarmId_fkey" FOREIGN KEY ("alarmId") REFERENCES "Alarm"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AlarmReminder" ADD CONSTRAINT "AlarmReminder_alarmId_fkey" FOREIGN KEY ("alarmId") REFERENCES "Alarm"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AlarmReminder" ADD CONSTRAINT "AlarmReminder_ruleId_fkey" FOREIGN KEY ("ruleId") REFERENCES "AlarmRule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AlarmStopLink" ADD CONSTRAINT "AlarmStopLink_recipientId_fkey" FOREIGN KEY ("recipientId") REFERENCES "AlarmRecipient"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AlarmRecipient" ADD CONSTRAINT "AlarmRecipient_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AlarmMapping" ADD CONSTRAINT "AlarmMapping_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Mails of alarms have a rank of their own, behind all others, in which tenants take turns as well.
INSERT INTO "OutboxTurn" ("rank", "tenantKey") VALUES (4, '00000000-0000-0000-0000-000000000000')
ON CONFLICT DO NOTHING;
