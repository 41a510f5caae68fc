"""Words of ours for runs and scores of positioning; light, since lists ask for them before anything is worked out."""

KIND = "positioning"
PROGRAMME = "programme"  # the score: the code of what is recommended, or ASK
ASK = "ask"  # only what they get is not known: ask them
