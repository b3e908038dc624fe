-- CreateTable
CREATE TABLE "UserImport" (
    "id" UUID NOT NULL,
    "tenantId" UUID,
    "fileName" TEXT NOT NULL,
    "encoding" TEXT NOT NULL,
    "delimiter" TEXT NOT NULL,
    "head" TEXT[],
    "total" INTEGER NOT NULL DEFAULT 0,
    "bad" INTEGER NOT NULL DEFAULT 0,
    "invited" BOOLEAN NOT NULL DEFAULT true,
    "perMinute" INTEGER,
    "cursor" INTEGER NOT NULL DEFAULT 0,
    "added" INTEGER NOT NULL DEFAULT 0,
    "refused" INTEGER NOT NULL DEFAULT 0,
    "undoCursor" INTEGER NOT NULL DEFAULT 0,
    "undone" INTEGER NOT NULL DEFAULT 0,
    "kept" INTEGER NOT NULL DEFAULT 0,
    "actorId" UUID NOT NULL,
    "actor" TEXT NOT NULL,
    "actorFrom" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "checkedAt" TIMESTAMPTZ(3),
    "importedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "undoneAt" TIMESTAMPTZ(3),
    "undoEndedAt" TIMESTAMPTZ(3),

    CONSTRAINT "UserImport_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "UserImportLine" (
    "importId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "cells" TEXT[],
    "person" JSONB,
    "problem" TEXT,
    "detail" TEXT,
    "userId" UUID,

    CONSTRAINT "UserImportLine_pkey" PRIMARY KEY ("importId","number")
);

-- AddForeignKey
ALTER TABLE "UserImportLine" ADD CONSTRAINT "UserImportLine_importId_fkey" FOREIGN KEY ("importId") REFERENCES "UserImport"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Mails of an import have a rank of their own, in which tenants take turns as well.
INSERT INTO "OutboxTurn" ("rank", "tenantKey") VALUES (3, '00000000-0000-0000-0000-000000000000')
ON CONFLICT DO NOTHING;
