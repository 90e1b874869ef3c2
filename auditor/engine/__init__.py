"""Rules as data: facts about an estate in, findings out."""
