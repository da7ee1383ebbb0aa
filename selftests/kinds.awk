# SPDX-License-Identifier: GPL-2.0-only
# kinds.awk - C from the table "kinds"; -v want= makers, table or variants

/^#/ || NF < 3 { next }

{
	name = $1
	id = $1
	gsub("-", "_", id)
	flags = $2 == "-" ? "0" : "ZOO_" toupper($2)
	gsub(",", " | ZOO_", flags)
	text = $0
	sub(/^[^ ]+ +[^ ]+ +/, "", text)
}

want == "makers" {
	print "int zoo_make_" id "(const struct zoo_options *o, struct zoo_thing *t);"
}

want == "table" {
	print "{ \"" name "\", \"" text "\", " flags ", zoo_make_" id " },"
}

want == "variants" {
	print "FIXTURE_VARIANT_ADD(zoo, " id ") { .kind = \"" name "\" };"
}
