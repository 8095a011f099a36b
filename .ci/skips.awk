# Reads `go test -v` and prints what `go test` prints: a line a package, and all of one that failed. Besides it says what
# was skipped and why, which without -v nobody sees. go test keeps the output of packages apart, one after the other.

# The last line that a test logged before its result says why it was skipped.
/^=== (RUN|NAME|CONT|PAUSE) / { test = $3 }
match($0, /^ +[A-Za-z0-9_]+\.go:[0-9]+: /) { said[test] = substr($0, RLENGTH + 1) }

/^ *--- SKIP: / {
	why = ($3 in said) ? said[$3] : "no reason given"
	if (!(why in skipped)) order[++reasons] = why
	skipped[why]++
}

/^(ok  |FAIL)\t/ {
	if ($1 == "FAIL") for (i = 1; i <= n; i++) print lines[i]
	print
	for (i = 1; i <= reasons; i++) print "SKIPPED " skipped[order[i]] " in " $2 ": " order[i]
	fflush()
	n = reasons = 0
	split("", lines); split("", said); split("", skipped); split("", order)
	next
}
/^\?/ { next }
{ lines[++n] = $0 }
END { for (i = 1; i <= n; i++) print lines[i] }
