-- AlterTable
ALTER TABLE "User" ADD COLUMN     "firstStepsHidden" BOOLEAN NOT NULL DEFAULT false;
