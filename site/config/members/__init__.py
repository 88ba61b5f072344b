"""Members' data: what each room keeps of a person, handed out and forgotten from one place."""
