"""Words of ours for runs and scores of positioning; light, since lists ask for them before anything is worked out."""

KIND = "positioning"
PROGRAMME = "programme"  # the score: the code of what is recommended, or ASK
ASK = "ask"  # nobody knows where they stand: ask them
