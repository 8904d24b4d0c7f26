"""How likely: strengths fitted on the results so far, what remains of the season simulated, exact points counted.

Strengths and luck are floating-point numbers; points never are. Chances are estimates under a simple model, and say
so; what is certain is the business of ``rxscore.title``.
"""
