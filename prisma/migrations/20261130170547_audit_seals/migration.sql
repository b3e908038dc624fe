-- DropIndex
DROP INDEX "AuditEvent_at_idx";

-- DropIndex
DROP INDEX "AuditEvent_subjectId_at_idx";

-- DropIndex
DROP INDEX "AuditEvent_tenantId_at_idx";

-- AlterTable
ALTER TABLE "AuditEvent" ADD COLUMN     "device" TEXT,
ADD COLUMN     "seal" INTEGER;

-- CreateTable
CREATE TABLE "AuditSeal" (
    "number" INTEGER NOT NULL,
    "noise" BOOLEAN NOT NULL,
    "count" INTEGER NOT NULL,
    "firstAt" TIMESTAMPTZ(3) NOT NULL,
    "lastAt" TIMESTAMPTZ(3) NOT NULL,
    "content" TEXT NOT NULL,
    "keyId" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "prunedAt" TIMESTAMPTZ(3),
    "pruned" TEXT,

    CONSTRAINT "AuditSeal_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "AuditKey" (
    "id" UUID NOT NULL,
    "sealedKey" TEXT NOT NULL,
    "keyringId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "AuditKey_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "AuditSeal_kept" ON "AuditSeal"("lastAt") WHERE ("prunedAt" IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "AuditKey_keyringId_key" ON "AuditKey"("keyringId");

-- CreateIndex
CREATE INDEX "AuditEvent_at_id_idx" ON "AuditEvent"("at", "id");

-- CreateIndex
CREATE INDEX "AuditEvent_tenantId_at_id_idx" ON "AuditEvent"("tenantId", "at", "id");

-- CreateIndex
CREATE INDEX "AuditEvent_action_at_id_idx" ON "AuditEvent"("action", "at", "id");

-- CreateIndex
CREATE INDEX "AuditEvent_tenantId_action_at_id_idx" ON "AuditEvent"("tenantId", "action", "at", "id");

-- CreateIndex
CREATE INDEX "AuditEvent_subjectId_at_id_idx" ON "AuditEvent"("subjectId", "at", "id");

-- CreateIndex
CREATE INDEX "AuditEvent_unsealed" ON "AuditEvent"("at", "id") WHERE (seal IS NULL);

-- CreateIndex
CREATE INDEX "AuditEvent_seal_idx" ON "AuditEvent"("seal");

-- AddForeignKey
ALTER TABLE "AuditEvent" ADD CONSTRAINT "AuditEvent_seal_fkey" FOREIGN KEY ("seal") REFERENCES "AuditSeal"("number") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- Whoever did it, or whom or what it was done to, by the beginning of their name, newest first.
CREATE INDEX "AuditEvent_actor" ON "AuditEvent"(lower("actor") text_pattern_ops, "at", "id");
CREATE INDEX "AuditEvent_subject" ON "AuditEvent"(lower("subject") text_pattern_ops, "at", "id");
CREATE INDEX "AuditEvent_actor_of_tenant" ON "AuditEvent"("tenantId", lower("actor") text_pattern_ops, "at", "id") WHERE "tenantId" IS NOT NULL;
CREATE INDEX "AuditEvent_subject_of_tenant" ON "AuditEvent"("tenantId", lower("subject") text_pattern_ops, "at", "id") WHERE "tenantId" IS NOT NULL;

-- Nobody forgets that the audit only grows. An event changes in two ways: one that counts (its id is of version 8)
-- counts on, and all come under a seal, once. It goes when its seal says that its events go.
-- The semicolons are written \073: the adapter of PostgreSQL cuts a script at each one it sees.
CREATE FUNCTION latchkey_audit_event_kept() RETURNS trigger LANGUAGE plpgsql AS E'
BEGIN
    IF TG_OP = ''DELETE'' THEN
        IF EXISTS (SELECT FROM "AuditSeal" WHERE number = OLD.seal AND "prunedAt" IS NOT NULL) THEN RETURN OLD\073 END IF\073
    ELSIF OLD.seal IS NULL THEN
        IF NEW.seal IS NOT NULL AND to_jsonb(NEW) - ''seal'' = to_jsonb(OLD) - ''seal'' THEN RETURN NEW\073 END IF\073
        IF substr(OLD.id::text, 15, 1) = ''8'' AND NEW.count > OLD.count
            AND to_jsonb(NEW) - ''{at,actor,address,device,subject,count}''::text[]
                = to_jsonb(OLD) - ''{at,actor,address,device,subject,count}''::text[] THEN RETURN NEW\073 END IF\073
    END IF\073
    RAISE EXCEPTION ''The audit is append-only: % of an event was refused.'', TG_OP\073
END ';
CREATE TRIGGER event_kept BEFORE UPDATE OR DELETE ON "AuditEvent"
    FOR EACH ROW EXECUTE FUNCTION latchkey_audit_event_kept();

-- A seal stays as it was made. Its events go after the time that they are kept, as domain/audit/audit-retention.ts has it.
CREATE FUNCTION latchkey_audit_seal_kept() RETURNS trigger LANGUAGE plpgsql AS E'
DECLARE days int := coalesce((SELECT "retentionDays" FROM "AuditControl" WHERE id = 1), 365)\073
BEGIN
    IF TG_OP = ''UPDATE'' AND OLD."prunedAt" IS NULL AND NEW."prunedAt" IS NOT NULL
        AND to_jsonb(NEW) - ''{prunedAt,pruned}''::text[] = to_jsonb(OLD) - ''{prunedAt,pruned}''::text[]
        AND OLD."lastAt" < now() - interval ''1 day'' * (CASE WHEN OLD.noise THEN least(30, days) ELSE days END)
    THEN RETURN NEW\073 END IF\073
    RAISE EXCEPTION ''The audit is append-only: % of a seal was refused.'', TG_OP\073
END ';
CREATE TRIGGER seal_kept BEFORE UPDATE OR DELETE ON "AuditSeal"
    FOR EACH ROW EXECUTE FUNCTION latchkey_audit_seal_kept();

CREATE FUNCTION latchkey_audit_not_emptied() RETURNS trigger LANGUAGE plpgsql AS E'
BEGIN
    RAISE EXCEPTION ''The audit is append-only: % was refused.'', TG_OP\073
END ';
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON "AuditEvent" EXECUTE FUNCTION latchkey_audit_not_emptied();
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON "AuditSeal" EXECUTE FUNCTION latchkey_audit_not_emptied();
