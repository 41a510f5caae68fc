"""The kind of run that tells the courses of relationships, and over how many days movement is told."""

KIND = "stages"
MONTH = 30
