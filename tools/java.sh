#!/usr/bin/env bash
# Succeeds where Java 17 or newer runs, as Spark needs.
[[ "$(java -version 2>&1)" =~ version\ \"(1[7-9]|[2-9][0-9]) ]]
