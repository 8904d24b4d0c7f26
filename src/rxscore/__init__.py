"""Score motorsport championships: race logs in, standings with reasons out."""
