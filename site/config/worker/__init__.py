"""The background worker: runs tasks, owns the schedule, takes up what a dead worker left."""
