# bench-chart.awk - a bar for each goal, as plain SVG
#
# Reads what bench-report.awk prints as "chart". Bars are as long as the logarithm of
# the ratio, the figure stands behind, the goal is an upright line: no colour needed.

BEGIN { FS = "\t" }
$1 == "title" { kernel = $2; next }
$1 == "bar" {
	n++
	label[n] = $3 " against " $4; case_[n] = $2; wanted[n] = $5; count[n] = $6
}

function escape(s) { gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); gsub(/>/, "\\&gt;", s); return s }
function times(r) { return r >= 100 ? sprintf("%.0f\303\227", r) : sprintf("%.1f\303\227", r) }
function x(ratio) { return left + (ratio < 1 ? 0 : log(ratio) / log(10) * decade) }

END {
	left = 390; decade = 165; row = 30; top = 74
	width = 860
	height = top + n * row + 52
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" font-family=\"DejaVu Sans, Verdana, sans-serif\" font-size=\"13\">\n", width, height, width, height
	print "<title>How many times cheaper mmscope is than /proc, in instructions</title>"
	printf "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n", width, height
	print "<text x=\"16\" y=\"26\" font-size=\"16\" font-weight=\"bold\" fill=\"#111\">Times cheaper than the kernel's own interface</text>"
	printf "<text x=\"16\" y=\"46\" fill=\"#444\">guest instructions, kernel %s; logarithmic scale</text>\n", escape(kernel)
	split("1 2 5 10 20 50 100 200", tick, " ")
	bottom = top + n * row
	for (i = 1; i <= 8; i++) {
		printf "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#ddd\"/>\n", x(tick[i]), top - 6, x(tick[i]), bottom
		printf "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#444\" font-size=\"12\">%s\303\227</text>\n", x(tick[i]), bottom + 16, tick[i]
	}
	for (i = 1; i <= n; i++) {
		y = top + (i - 1) * row
		w = x(count[i]) - left
		if (w < 2) w = 2
		printf "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#111\">%s<tspan fill=\"#555\" font-size=\"11\"> \302\267 %s</tspan></text>\n", left - 8, y + 15, escape(label[i]), escape(case_[i])
		printf "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"18\" fill=\"#3b6ea5\"/>\n", left, y + 2, w
		g = x(wanted[i])
		printf "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#fff\" stroke-width=\"4\"/>\n", g, y - 1, g, y + 23
		printf "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#111\" stroke-width=\"2\"/>\n", g, y - 1, g, y + 23
		e = x(count[i]) > g ? x(count[i]) : g
		printf "<text x=\"%.1f\" y=\"%d\" fill=\"#111\" font-weight=\"bold\">%s</text>\n", e + 7, y + 16, times(count[i])
	}
	printf "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#111\" stroke-width=\"2\"/>\n", left, bottom + 28, left, bottom + 44
	printf "<text x=\"%d\" y=\"%d\" fill=\"#444\" font-size=\"12\">upright line: the goal; 1\303\227 would be the same cost</text>\n", left + 8, bottom + 41
	print "</svg>"
}
