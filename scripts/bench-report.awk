# bench-report.awk - tables and JSON of what the program bench has printed
#
# awk -v format=table|json|chart -v version=TEXT -v quick=1 -f bench-report.awk
#	part=PART FILE...
#
# Fields of the files: selftests/bench/bench.h. PART: count-1, count-2 (guest
# instructions, in two guests), wall, harm-fifo, harm-wall, commands (instructions).

BEGIN {
	FS = "\t"

	# Each goal: what is held against what, and what is wanted. The figure is the
	# cost of the second way over that of the first; "below" means the reverse.
	goal("4K pages", "EXTENTS", "pagemap", 12)
	goal("4K pages", "EXTENTS", "PAGEMAP_SCAN", 10)
	goal("4K pages", "EXTENTS", "floor", 2, "below")
	goal("fragmented", "EXTENTS", "pagemap", 6)
	goal("2M pages", "EXTENTS", "pagemap", 70)
	goal("2M pages", "EXTENTS", "PAGEMAP_SCAN", 1)
	goal("addresses", "TRANSLATE", "pagemap, one pread each", 10)
	goal("anonymous VMAs", "VMAS", "maps, read and parsed", 9)
	goal("file VMAs", "VMAS", "maps, read and parsed", 18)
	goal("anonymous VMAs", "VMAS", "PROCMAP_QUERY", 8)
	goal("file VMAs", "VMAS", "PROCMAP_QUERY", 8)
	goal("anonymous VMAs", "STATS", "smaps, read", 18)
	goal("file VMAs", "STATS", "smaps, read", 18)
	goal("4K pages", "STATS rollup", "smaps_rollup", 3)
	goal("4K pages", "PAGES", "kpageflags+kpagecount", 10)

	# Comparisons without a goal.
	also("alternating", "EXTENTS", "pagemap")
	also("alternating", "EXTENTS", "PAGEMAP_SCAN")
	also("fragmented", "EXTENTS", "PAGEMAP_SCAN")
	also("addresses", "WALK", "pagemap, one pread each")
	also("sparse", "EXTENTS", "pagemap, 1/64 of it")
	also("sparse", "EXTENTS", "PAGEMAP_SCAN")
	also("sparse", "STATS rollup", "smaps_rollup")
	also("files VMAs", "VMAS", "maps, read and parsed")
	also("files VMAs", "VMAS", "PROCMAP_QUERY")
	also("many anonymous VMAs", "VMAS", "maps, read and parsed")
	also("many file VMAs", "VMAS", "maps, read and parsed")
	also("many anonymous VMAs", "STATS", "smaps, read")
	also("2M pages", "STATS rollup", "smaps_rollup")
	also("shared", "STATS rollup", "smaps_rollup")
	also("4K pages", "PAGES", "kpageflags+kpagecount, bulk")
	also("2M pages", "PAGES", "kpageflags+kpagecount, bulk")
	also("fragmented", "PAGES", "kpageflags+kpagecount, bulk")

	ours = "^(EXTENTS|PAGES|STATS|STATS rollup|VMAS|TRANSLATE|TRANSLATE, sorted|WALK)$"
}

function goal(case_, our, their, wanted, sense) {
	goals++
	g_case[goals] = case_; g_our[goals] = our; g_their[goals] = their
	g_wanted[goals] = wanted; g_below[goals] = sense == "below"
}

function also(case_, our, their) {
	goal(case_, our, their, 0)
}

$1 == "meta" { meta[part, $2] = $3; if (!($2 in any)) any[$2] = $3; next }
$1 == "note" {
	notes[$2, $3] = $4
	if (part == "count-1" || !(("count-1", "kernel") in meta))
		case_notes[$2] = case_notes[$2] (case_notes[$2] ? ", " : "") $3 " " $4
	next
}
$1 == "result" { take(); next }
$1 == "lock" { locks[part, $2, $3] = $4; hold[part, $2, $3] = $5; next }
$1 == "absent" { seen($2, $3, ""); absent[$2, $3] = $4; next }
$1 == "harm" {
	if (!((part, $2) in harm)) {
		harm[part, $2] = 1
		order[part, ++readers[part]] = $2
	}
	if ($3 == "map") h_nr[part, $2] = $4
	h_p50[part, $2, $3] = $5; h_p99[part, $2, $3] = $6; h_max[part, $2, $3] = $7
	if ($7 > worst[part, $2] + 0) worst[part, $2] = $7
	if ($6 > worst99[part, $2] + 0) worst99[part, $2] = $6
	next
}
$1 == "command" {
	commands++
	c_case[commands] = $2; c_name[commands] = $3; c_rss[commands] = $4; c_bytes[commands] = $5
	for (i = 6; i <= NF; i++)
		if (i == 6 || $i < c_ns[commands]) c_ns[commands] = $i
	next
}
$1 == "watch" {
	if ($2 != w_case[watches]) w_case[++watches] = $2
	w_pairs[watches]++
	w_used[watches] += $4; w_elapsed[watches] += $5
	w_alone[watches] += $6; w_watched[watches] += $7
	next
}
$1 == "harmread" { passes[part, $2] = $3; next }

function seen(case_, way, unit) {
	if (!(case_ in case_at)) {
		case_at[case_] = ++cases
		case_name[cases] = case_
	}
	if (!((case_, way) in way_at)) {
		way_at[case_, way] = ++ways[case_]
		way_name[case_, ways[case_]] = way
	}
	if (unit != "") units[case_, way] = unit
}

# Per unit: median, least and most of the repetitions. Of counts the least stands
# for all: what is above it is the guest's own timer.
function take(    i, j, n, v, t) {
	seen($2, $3, $4)
	n = NF - 5
	for (i = 1; i <= n; i++) {
		t = $(i + 5) / ($5 ? $5 : 1)
		for (j = i; j > 1 && v[j - 1] > t; j--) v[j] = v[j - 1]
		v[j] = t
	}
	median[part, $2, $3] = n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
	if (part ~ /^count/) median[part, $2, $3] = v[1]
	least[part, $2, $3] = v[1]
	most[part, $2, $3] = v[n]
	if (!reps[part] || n < reps[part]) reps[part] = n
}

function ratio(part_, i,    o, t) {
	o = median[part_, g_case[i], g_our[i]]
	t = median[part_, g_case[i], g_their[i]]
	if (o == "" || t == "" || !o || !t) return ""
	return g_below[i] ? o / t : t / o
}

function verdict(i, r) {
	if (r == "") return "not measured"
	return (g_below[i] ? r <= g_wanted[i] : r >= g_wanted[i]) ? "met" : "missed"
}

function short(r) { return r == "" ? "-" : r >= 100 ? sprintf("%.0f", r) : sprintf("%.2f", r) }
function cost(v) { return v == "" ? "-" : v >= 1000 ? sprintf("%.0f", v) : v >= 10 ? sprintf("%.1f", v) : sprintf("%.2f", v) }
function times(v) { return v == "" ? "-" : v >= 1e6 ? sprintf("%.2f ms", v / 1e6) : v >= 1e3 ? sprintf("%.1f us", v / 1e3) : sprintf("%.0f ns", v) }

function name(i) {
	return g_case[i] ": " g_our[i] (g_below[i] ? " at most" : " against") " " g_their[i]
}

# How far apart the two counts are, in parts per thousand.
function apart(case_, way,    a, b) {
	a = median["count-1", case_, way]
	b = median["count-2", case_, way]
	if (a == "" || b == "" || !a) return ""
	return (a > b ? a - b : b - a) / a * 1000
}

function our_worst(part_,    i, w, r) {
	w = 0
	for (i = 1; i <= readers[part_]; i++) {
		r = order[part_, i]
		if (r ~ ours && worst[part_, r] > w) { w = worst[part_, r]; worst_of = r }
	}
	return w
}

END {
	for (i = 1; i <= cases; i++) {
		for (j = 1; j <= ways[case_name[i]]; j++) {
			a = apart(case_name[i], way_name[case_name[i], j])
			if (a == "") continue
			compared++
			if (a > farthest) { farthest = a; farthest_of = case_name[i] ", " way_name[case_name[i], j] }
			if (a <= 1) agree++
		}
	}
	if (format == "json") json()
	else if (format == "chart") chart()
	else table()
}

# Of the wall times; counts are always TCG's.
function processor() {
	return meta["wall", "processor"] ? meta["wall", "processor"] : any["processor"]
}

function table(    i, j, c, w, r, v, p) {
	printf "mmscope %s, kernel %s, %s, %s%s\n", version, any["kernel"], any["machine"], processor(), quick ? ", quick run: small and rough" : ""
	printf "Large areas: %s MiB. Instructions: the least of %s passes or more; wall: the median of %s or more.\n\n", any["size_mib"], reps["count-1"], reps["wall"] ? reps["wall"] : "-"

	print "GOALS (how many times cheaper; \"at most\": how many times dearer)\n"
	printf "%-62s %7s %8s %8s  %s\n", "", "wanted", "instr.", "wall", "by instr."
	for (i = 1; i <= goals; i++) {
		if (!g_wanted[i]) continue
		r = ratio("count-1", i)
		v = verdict(i, r)
		if (v == "met") met++
		else if (v == "missed") missed++
		printf "%-62s %7s %8s %8s  %s\n", name(i), (g_below[i] ? "<= " : ">= ") g_wanted[i], short(r), short(ratio("wall", i)), v
	}
	harm_goals()
	printf "\n%d met, %d missed\n", met, missed
	if (readers["harm-wall"]) print "harm, wall: largest values that an emulator's scheduling decides; see the last table."

	print "\nCOMPARED WITHOUT A GOAL\n"
	printf "%-70s %8s %8s\n", "", "instr.", "wall"
	for (i = 1; i <= goals; i++)
		if (!g_wanted[i] && (ratio("count-1", i) ratio("wall", i)) != "")
			printf "%-70s %8s %8s\n", name(i), short(ratio("count-1", i)), short(ratio("wall", i))

	if (compared)
		printf "\nTwo guests counted: %d of %d figures agree to a part in a thousand; farthest apart\nby %.2f in a thousand: %s.\n", agree, compared, farthest, farthest_of

	print "\nCOSTS (per unit)\n"
	printf "%-28s %-8s %10s %8s %10s %10s %10s %6s %10s\n", "", "unit", "instr.", "apart", "wall ns", "least", "most", "locks", "held"
	for (i = 1; i <= cases; i++) {
		c = case_name[i]
		printf "%s%s\n", c, case_notes[c] ? " (" case_notes[c] ")" : ""
		for (j = 1; j <= ways[c]; j++) {
			w = way_name[c, j]
			if ((c, w) in absent) {
				printf "  %-26s %s\n", w, absent[c, w]
				continue
			}
			a = apart(c, w)
			p = ("count-1", c, w) in locks ? "count-1" : "wall"
			printf "  %-26s %-8s %10s %8s %10s %10s %10s %6s %10s\n", w, units[c, w], cost(median["count-1", c, w]), a == "" ? "-" : sprintf("%.2f", a), cost(median["wall", c, w]), cost(least["wall", c, w]), cost(most["wall", c, w]), locks[p, c, w], (p, c, w) in hold ? times(hold[p, c, w]) : ""
		}
	}
	print "\napart: of the two counts, in parts per thousand. locks: how often the target's mmap"
	print "lock was taken in one pass. held: the longest time of that, where an instruction is 1 ns."

	harm_table("harm-fifo", "HARM, the measured process first of all; 1 ns is one instruction; one processor")
	harm_table("harm-wall", "HARM, as it comes; wall time; two virtual processors")
	command_tables()
}

function command_tables(    i) {
	if (commands) {
		printf "\nCOMMANDS, from start to end; millions of instructions\n\n"
		printf "%-22s %-24s %8s %10s %10s\n", "of", "command", "instr.", "memory", "file"
		for (i = 1; i <= commands; i++)
			printf "%-22s %-24s %8.1f %6d KiB %10s\n", c_case[i], c_name[i], c_ns[i] / 1e6, c_rss[i], c_bytes[i] ? c_bytes[i] : "-"
	}
	if (watches) {
		printf "\nWATCHED ten times a second; 1 ns is one instruction; one processor\n\n"
		printf "%-22s %10s %14s %14s %10s\n", "", "watcher", "round, alone", "watched", "dearer"
		for (i = 1; i <= watches; i++)
			printf "%-22s %8.1f %% %14s %14s %8.2f %%\n", w_case[i], 100 * w_used[i] / w_elapsed[i], times(w_alone[i] / w_pairs[i]), times(w_watched[i] / w_pairs[i]), 100 * (w_watched[i] / w_alone[i] - 1)
	}
}

function harm_goals(    p, none, smaps, w) {
	p = "harm-fifo"
	if (!readers[p]) return
	none = worst[p, "none"]; smaps = worst[p, "smaps"]; w = our_worst(p)
	if (!w) return
	printf "%-62s %7s %8s %8s  %s\n", "harm: worst of ours (" worst_of ") at most none's", "<= 1.5", short(w / none), short(worst["harm-wall", "none"] ? our_worst("harm-wall") / worst["harm-wall", "none"] : ""), w / none <= 1.5 ? "met" : "missed"
	if (w / none <= 1.5) met++; else missed++
	w = our_worst(p)
	printf "%-62s %7s %8s %8s  %s\n", "harm: worst of ours (" worst_of ") at most smaps'", "<= 0.5", short(w / smaps), short(worst["harm-wall", "smaps"] ? our_worst("harm-wall") / worst["harm-wall", "smaps"] : ""), w / smaps <= 0.5 ? "met" : "missed"
	if (w / smaps <= 0.5) met++; else missed++
}

function harm_table(p, title,    i, r) {
	if (!readers[p]) return
	printf "\n%s\n\n", title
	printf "%-22s %7s %7s  %-30s %-30s %-30s\n", "readers (two)", "rounds", "passes", "map 16 pages", "fault one page", "unmap them"
	printf "%-22s %7s %7s", "", "", ""
	for (i = 0; i < 3; i++) printf " %9s %9s %10s", "p50", "p99", "max"
	print ""
	for (i = 1; i <= readers[p]; i++) {
		r = order[p, i]
		printf "%-22s %7d %7d", r, h_nr[p, r], passes[p, r]
		three(p, r, "map"); three(p, r, "fault"); three(p, r, "unmap")
		print ""
	}
}

function three(p, r, op) {
	printf " %9s %9s %10s", times(h_p50[p, r, op]), times(h_p99[p, r, op]), times(h_max[p, r, op])
}

# CASE, OUR, THEIR, WANTED, COUNT, WALL for bench-chart.awk
function chart(    i, r) {
	printf "title\t%s\t%s\n", any["kernel"], version
	for (i = 1; i <= goals; i++) {
		r = ratio("count-1", i)
		if (r != "" && !g_below[i] && g_wanted[i])
			printf "bar\t%s\t%s\t%s\t%s\t%s\t%s\n", g_case[i], g_our[i], g_their[i], g_wanted[i], r, ratio("wall", i)
	}
}

function quoted(s) { gsub(/[\\"]/, "\\\\&", s); return "\"" s "\"" }
function num(v) { return v == "" ? "null" : sprintf("%.6g", v) }

function json(    i, j, c, w, n, p, parts, k) {
	printf "{\"mmscope_bench\": 1, \"version\": %s, \"kernel\": %s, \"machine\": %s, \"processor\": %s, \"quick\": %s,\n", quoted(version), quoted(any["kernel"]), quoted(any["machine"]), quoted(processor()), quick ? "true" : "false"
	printf " \"size_bytes\": %s, \"repetitions\": {\"count\": %s, \"wall\": %s},\n", any["size_mib"] * 1048576, num(reps["count-1"]), num(reps["wall"])
	printf " \"agreement\": {\"figures\": %d, \"within_one_in_thousand\": %d, \"farthest_in_thousand\": %s, \"farthest\": %s},\n", compared, agree, num(farthest), quoted(farthest_of)
	print " \"goals\": ["
	n = 0
	for (i = 1; i <= goals; i++) {
		r = ratio("count-1", i)
		printf "%s  {\"case\": %s, \"ours\": %s, \"against\": %s, \"kind\": \"%s\", \"wanted\": %s, \"count_ratio\": %s, \"wall_ratio\": %s, \"verdict\": %s}", n++ ? ",\n" : "", quoted(g_case[i]), quoted(g_our[i]), quoted(g_their[i]), g_below[i] ? "times dearer, at most" : "times cheaper, at least", g_wanted[i] ? g_wanted[i] : "null", num(r), num(ratio("wall", i)), g_wanted[i] ? quoted(verdict(i, r)) : "null"
	}
	print "\n ],\n \"costs\": ["
	n = 0
	for (i = 1; i <= cases; i++) {
		c = case_name[i]
		for (j = 1; j <= ways[c]; j++) {
			w = way_name[c, j]
			printf "%s  {\"case\": %s, \"way\": %s", n++ ? ",\n" : "", quoted(c), quoted(w)
			if ((c, w) in absent)
				printf ", \"absent\": %s}", quoted(absent[c, w])
			else
				printf ", \"unit\": %s, \"instructions\": %s, \"instructions_second_guest\": %s, \"wall_ns\": {\"median\": %s, \"min\": %s, \"max\": %s}, \"locks\": %s, \"hold_max_instructions\": %s}", quoted(units[c, w]), num(median["count-1", c, w]), num(median["count-2", c, w]), num(median["wall", c, w]), num(least["wall", c, w]), num(most["wall", c, w]), num(locks["count-1", c, w]), num(hold["count-1", c, w])
		}
	}
	print "\n ],\n \"harm\": ["
	n = 0
	split("harm-fifo harm-wall", parts, " ")
	split("map fault unmap", k, " ")
	for (p = 1; p <= 2; p++)
		for (i = 1; i <= readers[parts[p]]; i++)
			for (j = 1; j <= 3; j++) {
				r = order[parts[p], i]
				printf "%s  {\"setting\": \"%s\", \"readers\": %s, \"operation\": \"%s\", \"rounds\": %d, \"passes\": %d, \"p50_ns\": %s, \"p99_ns\": %s, \"max_ns\": %s}", n++ ? ",\n" : "", substr(parts[p], 6), quoted(r), k[j], h_nr[parts[p], r], passes[parts[p], r], num(h_p50[parts[p], r, k[j]]), num(h_p99[parts[p], r, k[j]]), num(h_max[parts[p], r, k[j]])
			}
	print "\n ],\n \"commands\": ["
	for (i = 1; i <= commands; i++)
		printf "%s  {\"case\": %s, \"command\": %s, \"instructions\": %s, \"maxrss_kib\": %d, \"file_bytes\": %s}", (i > 1 ? ",\n" : ""), quoted(c_case[i]), quoted(c_name[i]), num(c_ns[i]), c_rss[i], c_bytes[i] ? c_bytes[i] : "null"
	print "\n ],\n \"watched\": ["
	for (i = 1; i <= watches; i++)
		printf "%s  {\"case\": %s, \"pairs\": %d, \"watcher_share\": %s, \"round_ns_alone\": %s, \"round_ns_watched\": %s}", (i > 1 ? ",\n" : ""), quoted(w_case[i]), w_pairs[i], num(w_used[i] / w_elapsed[i]), num(w_alone[i] / w_pairs[i]), num(w_watched[i] / w_pairs[i])
	print "\n ]}"
}
