"""The kind of run that tells the courses of relationships, and over how many days movement is told."""

KIND = "stages"
MONTH = 30

STAGE_FIELD, CYCLE_FIELD = "stage", "cycle"  # what rules and lists call the two tracks
ITEM = "stage"  # of the inventory
