-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "actorSessionId" UUID;

-- AlterTable
ALTER TABLE "Installation" ADD COLUMN     "sessionIdleHours" INTEGER NOT NULL DEFAULT 168,
ADD COLUMN     "sessionDays" INTEGER NOT NULL DEFAULT 7,
ADD COLUMN     "signInAs" TEXT NOT NULL DEFAULT 'off';
