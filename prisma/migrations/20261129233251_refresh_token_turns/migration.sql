-- AlterTable
ALTER TABLE "MailServer" ADD COLUMN     "tokenTurnEndsAt" TIMESTAMPTZ(3);
