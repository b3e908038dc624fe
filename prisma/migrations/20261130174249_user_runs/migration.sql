-- CreateTable
CREATE TABLE "UserRun" (
    "id" UUID NOT NULL,
    "deed" TEXT NOT NULL,
    "filter" JSONB NOT NULL,
    "tenantId" UUID,
    "total" INTEGER NOT NULL,
    "cursor" TEXT NOT NULL DEFAULT '',
    "done" INTEGER NOT NULL DEFAULT 0,
    "refused" INTEGER NOT NULL DEFAULT 0,
    "startedById" UUID NOT NULL,
    "startedBy" TEXT NOT NULL,
    "startedFrom" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),
    "turnEndsAt" TIMESTAMPTZ(3),

    CONSTRAINT "UserRun_pkey" PRIMARY KEY ("id")
);
