# Turns a page of simple Markdown into a manual page: awk -v title=NAME -v section=N -v date=YYYY-MM-DD -f page.awk FILE
# Knows headings, paragraphs, lists, tables (first column a term), fenced blocks, `code`, **bold** and [links](..).
function inline(text,    out, parts, n, i) {
	gsub(/\\/, "\\e", text)
	while (match(text, /\[[^]]*\]\([^)]*\)/)) {
		out = substr(text, RSTART, RLENGTH)
		sub(/\]\(.*/, "", out)
		text = substr(text, 1, RSTART - 1) substr(out, 2) substr(text, RSTART + RLENGTH)
	}
	n = split(text, parts, "`")
	out = parts[1]
	for (i = 2; i <= n; i++)
		out = out (i % 2 == 0 ? "\\fB" : "\\fR") (i % 2 == 0 ? code(parts[i]) : parts[i])
	n = split(out, parts, /\*\*/)
	out = parts[1]
	for (i = 2; i <= n; i++)
		out = out (i % 2 == 0 ? "\\fB" : "\\fR") parts[i]
	return out
}
function code(text) { gsub(/-/, "\\-", text); return text }
function guard(text) { return text ~ /^[.']/ ? "\\&" text : text }
function trim(text) { gsub(/^[ \t]+|[ \t]+$/, "", text); return text }
BEGIN { printf ".TH %s %s %s \"eMPTCP Gateway\"\n", toupper(title), section, date }
/^```/ {
	if (fenced) print ".fi\n.RE"
	else print ".PP\n.RS 4\n.nf"
	fenced = !fenced
	next
}
fenced { gsub(/\\/, "\\e"); gsub(/-/, "\\-"); print guard($0); next }
/^# / { next }
/^## / { print ".SH " toupper(substr($0, 4)); fresh = 1; next }
/^### / { print ".SS " substr($0, 5); fresh = 1; next }
/^\|[-| ]*\|$/ { next }
/^\|/ {
	gsub(/\\\|/, "\001")
	n = split($0, cell, "|")
	if (!intable) { intable = 1; for (i = 2; i < n; i++) head[i] = trim(cell[i]); next }
	term = trim(cell[2])
	# A row without a term goes on with the one before.
	if (term != "") print ".TP\n" inline(term)
	else print ".IP"
	for (i = 3; i < n; i++) {
		text = trim(cell[i])
		gsub("\001", "|", text)
		if (text != "") print (i > 3 ? ".br\n" : "") guard(inline(i < n - 1 && n > 4 ? head[i] ": " text : text))
	}
	next
}
/^- / { print ".IP \\(bu 2"; print guard(inline(substr($0, 3))); intable = 0; next }
/^[ \t]*$/ { intable = 0; pending = 1; next }
{
	if (pending && !fresh) print ".PP"
	pending = fresh = 0
	print guard(inline(trim($0)))
}
