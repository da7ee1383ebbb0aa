// SPDX-License-Identifier: GPL-2.0
/*
 * tui.c - mmscope tui: processes, their mappings, their pages, live on a terminal
 *
 * Knows the terminal and the keys; what is shown is in tui/.
 */
#include <errno.h>
#include <locale.h>
#include <ncurses.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "parse.h"
#include "render/memory.h"
#include "tui/view.h"

/* Lines above the rows, and below. */
#define ABOVE	2
#define BELOW	2
#define LEAST_ROWS	(ABOVE + BELOW + 1)
#define LEAST_COLUMNS	20

static unsigned int delay_ms = 2000;

/* The signal that ends it, 0 as long as none came. */
static volatile sig_atomic_t ending;

/**
 * struct tui - one run
 * @view: what is shown
 * @frozen: not read anew
 * @color: colours are wanted and there
 * @find: text that is searched for
 * @typing: keys go to @find
 * @help: the help is shown
 * @note: a message until the next key
 */
struct tui {
	struct view *view;
	bool frozen, color, typing, help;
	char find[64];
	char note[128];
};

static void on_signal(int sig)
{
	ending = sig;
}

static struct view *sorting;

static int compare_rows(const void *a, const void *b)
{
	size_t ra = *(const size_t *)a, rb = *(const size_t *)b;
	int order = sorting->ops->compare ? sorting->ops->compare(sorting, ra, rb) : 0;

	return order ? order : ra > rb ? 1 : -1;
}

static void sort_rows(struct view *view)
{
	sorting = view;
	if (view->nr)
		qsort(view->order, view->nr, sizeof(*view->order), compare_rows);
}

/* Puts the cursor on the row that has @id, if it is still there. */
static void find_id(struct view *view, __u64 id)
{
	size_t i;

	for (i = 0; i < view->nr; i++)
		if (view->ops->id(view, view->order[i]) == id) {
			view->cursor = i;
			break;
		}
	if (view->cursor >= view->nr)
		view->cursor = view->nr ? view->nr - 1 : 0;
}

static int load(struct tui *tui)
{
	struct view *view = tui->view;
	bool had = view->nr;
	__u64 id = had ? view->ops->id(view, view->order[view->cursor]) : 0;
	size_t i;
	int ret;

	ret = view->ops->load(view);
	if (ret)
		return ret;
	free(view->order);
	view->order = zalloc((view->nr + 1) * sizeof(*view->order));
	for (i = 0; i < view->nr; i++)
		view->order[i] = i;
	sort_rows(view);
	if (had)
		find_id(view, id);
	return 0;
}

static void drop(struct tui *tui)
{
	struct view *view = tui->view;

	tui->view = view->below;
	free(view->order);
	view->ops->free(view);
}

/* One line of the screen, cut at its end. Text has no controls: views escape names. */
static void put_line(int y, const char *text, attr_t attr)
{
	move(y, 0);
	clrtoeol();
	attrset(attr);
	addnstr(text, COLS);
	if (attr & A_REVERSE)
		while (getcurx(stdscr) < COLS - 1 && getcury(stdscr) == y)
			addch(' ');
	attrset(A_NORMAL);
}

static const char *const help_lines[] = {
	"up, down, page up, page down, home, end   move",
	"left, right   move among pages",
	"enter         processes: its mappings; mappings: their pages",
	"esc, backspace, left   back",
	"F6, < and >   sort by the next column",
	"F3, /         search; n: the next one",
	"space         stand still, and go on",
	"h, F1         this help",
	"q, F10        quit",
	"",
	"Pages: p private, s shared, h huge, w swapped out, x closed or in",
	"motion, . nothing; capital when written to.",
};

static void draw_help(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(help_lines) && (int)i + ABOVE < LINES; i++)
		mvaddnstr((int)i + ABOVE, 2, help_lines[i], COLS - 2);
}

static attr_t color_of(const struct tui *tui, char letter)
{
	if (!tui->color)
		return letter == 'w' || letter == 'x' ? A_BOLD : A_NORMAL;
	switch (letter | 0x20) {
	case 'p':
		return COLOR_PAIR(1);
	case 's':
		return COLOR_PAIR(2);
	case 'h':
		return COLOR_PAIR(3) | A_BOLD;
	case 'w':
		return COLOR_PAIR(4) | A_BOLD;
	case 'x':
		return COLOR_PAIR(5);
	default:
		return A_DIM;
	}
}

/* A row of a grid: an address, a blank, letters. */
static void draw_letters(const struct tui *tui, int y, const char *text, bool at_cursor)
{
	size_t first = strspn(text, " "), i;

	first += strcspn(text + first, " ") + 1;
	put_line(y, "", A_NORMAL);
	mvaddnstr(y, 0, text, first < (size_t)COLS ? (int)first : COLS);
	for (i = first; i < (size_t)COLS && text[i]; i++) {
		attrset(color_of(tui, text[i]));
		if (at_cursor && i - first == tui->view->column)
			attron(A_REVERSE);
		mvaddch(y, (int)i, (chtype)(unsigned char)text[i]);
	}
	attrset(A_NORMAL);
}

static void draw_rows(struct tui *tui)
{
	struct view *view = tui->view;
	size_t rows = LINES - ABOVE - BELOW, i;
	struct strbuf sb = { 0 };

	if (view->cursor < view->top)
		view->top = view->cursor;
	if (view->cursor >= view->top + rows)
		view->top = view->cursor - rows + 1;
	for (i = 0; i < rows && view->top + i < view->nr; i++) {
		bool at_cursor = view->top + i == view->cursor;

		strbuf_reset(&sb);
		view->ops->row(view, view->order[view->top + i], &sb);
		if (view->columns)
			draw_letters(tui, (int)(ABOVE + i), sb.data, at_cursor);
		else
			put_line((int)(ABOVE + i), sb.data, at_cursor ? A_REVERSE : A_NORMAL);
	}
	strbuf_free(&sb);
}

static void draw(struct tui *tui)
{
	struct view *view = tui->view;
	struct strbuf sb = { 0 };

	erase();
	if (LINES < LEAST_ROWS || COLS < LEAST_COLUMNS) {
		mvaddnstr(0, 0, "too small", COLS);
		refresh();
		return;
	}
	strbuf_reset(&sb);
	view->ops->title(view, &sb);
	if (tui->frozen)
		strbuf_puts(&sb, " (standing still)");
	put_line(0, sb.data, A_BOLD);
	strbuf_reset(&sb);
	view->ops->head(view, &sb);
	put_line(1, sb.data, A_REVERSE | (tui->color ? COLOR_PAIR(6) : 0));
	if (tui->help)
		draw_help();
	else
		draw_rows(tui);
	strbuf_reset(&sb);
	if (tui->note[0])
		strbuf_puts(&sb, tui->note);
	else if (tui->typing)
		strbuf_printf(&sb, "search: %s", tui->find);
	else if (view->ops->detail && view->nr)
		view->ops->detail(view, view->order[view->cursor], view->column, &sb);
	else if (view->ops->sorts)
		strbuf_printf(&sb, "sorted by %s", view->ops->sorts[view->sort]);
	put_line(LINES - 2, sb.data, A_NORMAL);
	put_line(LINES - 1, "F1 Help  F3 Search  F6 Sort  Enter Open  Esc Back  F10 Quit", A_BOLD);
	refresh();
	strbuf_free(&sb);
}

/* Forward from the row behind the cursor, round the end. */
static void search(struct tui *tui, size_t from)
{
	struct view *view = tui->view;
	struct strbuf sb = { 0 };
	size_t i, at;

	for (i = 0; i < view->nr && tui->find[0]; i++) {
		at = (view->cursor + from + i) % view->nr;
		strbuf_reset(&sb);
		view->ops->row(view, view->order[at], &sb);
		if (strcasestr(sb.data, tui->find)) {
			view->cursor = at;
			break;
		}
	}
	if (i == view->nr)
		snprintf(tui->note, sizeof(tui->note), "not found: %s", tui->find);
	strbuf_free(&sb);
}

static void type(struct tui *tui, int key)
{
	size_t len = strlen(tui->find);

	if (key == '\n' || key == '\r' || key == KEY_ENTER || key == 27) {
		tui->typing = false;
	} else if (key == KEY_BACKSPACE || key == 127 || key == '\b') {
		tui->find[len ? len - 1 : 0] = '\0';
	} else if (key >= ' ' && key < 127 && len + 1 < sizeof(tui->find)) {
		tui->find[len] = (char)key;
		tui->find[len + 1] = '\0';
		search(tui, 0);
	}
}

static void move_by(struct view *view, long rows)
{
	long to = (long)view->cursor + rows, last = view->nr ? (long)view->nr - 1 : 0;

	view->cursor = to < 0 ? 0 : to > last ? last : to;
}

static void open_row(struct tui *tui)
{
	struct view *view = tui->view, *next;

	if (!view->ops->enter || !view->nr)
		return;
	next = view->ops->enter(view, view->order[view->cursor]);
	if (!next) {
		snprintf(tui->note, sizeof(tui->note), "it has ended, or is not yours to see");
		return;
	}
	next->below = view;
	tui->view = next;
	if (load(tui)) {
		drop(tui);
		snprintf(tui->note, sizeof(tui->note), "it ended while it was looked at");
	}
}

static void sort_by(struct view *view, int step)
{
	unsigned int nr = 0;
	__u64 id;

	if (!view->ops->sorts || !view->nr)
		return;
	while (view->ops->sorts[nr])
		nr++;
	id = view->ops->id(view, view->order[view->cursor]);
	view->sort = (view->sort + nr + step) % nr;
	sort_rows(view);
	find_id(view, id);
}

/* Returns false when the key means the end. */
static bool on_key(struct tui *tui, int key)
{
	struct view *view = tui->view;
	long page = LINES - ABOVE - BELOW;

	tui->note[0] = '\0';
	if (tui->typing) {
		type(tui, key);
		return true;
	}
	tui->help = false;
	switch (key) {
	case 'q':
	case KEY_F(10):
		return false;
	case KEY_UP:
		move_by(view, -1);
		break;
	case KEY_DOWN:
		move_by(view, 1);
		break;
	case KEY_PPAGE:
		move_by(view, -page);
		break;
	case KEY_NPAGE:
		move_by(view, page);
		break;
	case KEY_HOME:
		view->cursor = 0;
		break;
	case KEY_END:
		move_by(view, (long)view->nr);
		break;
	case KEY_RIGHT:
		if (view->column + 1 < view->columns)
			view->column++;
		else if (!view->columns)
			open_row(tui);
		break;
	case KEY_LEFT:
		if (view->column) {
			view->column--;
			break;
		}
		/* fall through */
	case 27:
	case KEY_BACKSPACE:
	case 127:
		if (view->below)
			drop(tui);
		break;
	case '\n':
	case '\r':
	case KEY_ENTER:
		open_row(tui);
		break;
	case KEY_F(6):
	case '>':
		sort_by(view, 1);
		break;
	case '<':
		sort_by(view, -1);
		break;
	case KEY_F(3):
	case '/':
		tui->typing = true;
		tui->find[0] = '\0';
		break;
	case 'n':
		search(tui, 1);
		break;
	case ' ':
		tui->frozen = !tui->frozen;
		break;
	case 'h':
	case '?':
	case KEY_F(1):
		tui->help = true;
		break;
	}
	return true;
}

/* Read anew; what has ended gives way to where it was opened. Returns -errno at the end. */
static int refresh_view(struct tui *tui)
{
	int ret;

	for (;;) {
		ret = load(tui);
		if (!ret || !tui->view->below)
			return ret;
		drop(tui);
		snprintf(tui->note, sizeof(tui->note), "the process has ended");
	}
}

static int loop(struct tui *tui)
{
	int key, ret = 0;

	draw(tui);
	while (!ending && !ret) {
		timeout(tui->frozen ? -1 : (int)delay_ms);
		key = getch();
		if (ending)
			break;
		if (key == KEY_RESIZE) {
			draw(tui);
			continue;
		}
		if (key != ERR && !on_key(tui, key))
			break;
		/* A terminal that went away is readable for ever, and says nothing. */
		if (key == ERR) {
			struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };

			if (poll(&in, 1, 0) > 0 && in.revents & (POLLHUP | POLLERR | POLLNVAL))
				break;
			ret = refresh_view(tui);
		}
		if (!ret)
			draw(tui);
	}
	return ret;
}

static void start_color_pairs(struct tui *tui)
{
	tui->color = tui->view->cli->render.color && has_colors();
	if (!tui->color)
		return;
	start_color();
	use_default_colors();
	init_pair(1, COLOR_GREEN, -1);
	init_pair(2, COLOR_CYAN, -1);
	init_pair(3, COLOR_YELLOW, -1);
	init_pair(4, COLOR_RED, -1);
	init_pair(5, COLOR_MAGENTA, -1);
	init_pair(6, COLOR_CYAN, -1);
}

static void restore(void)
{
	if (!isendwin())
		endwin();
}

/* Returns an exit status; the terminal is as it was. */
static int on_terminal(struct tui *tui)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction sa = { .sa_handler = on_signal };
	SCREEN *screen;
	size_t i;
	int ret;

	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C");
	screen = newterm(NULL, stdout, stdin);
	if (!screen) {
		report_note("tui: terminal type '%s': unknown", getenv("TERM") ?: "");
		return EXIT_NO;
	}
	/* Also when memory runs out. */
	atexit(restore);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &sa, NULL);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	set_escdelay(50);
	curs_set(0);
	start_color_pairs(tui);
	ret = loop(tui);
	endwin();
	delscreen(screen);
	if (ret)
		return report_error(STAGE_READ, ret, "tui");
	return ending ? EXIT_NO : EXIT_DONE;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct tui tui = { 0 };
	struct mmscope *ms;
	struct mmscope_info info;
	char what[32];
	int status, err = 0;
	pid_t pid;

	if (cli->render.json || cli->render.columns)
		return report_usage(cli, "--json and --output do not go with it");
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		report_note("tui: standard input and output: not a terminal");
		return EXIT_NO;
	}
	pid = getpid();
	if (argc && strcmp(argv[0], "self") && !parse_pid(argv[0], &pid))
		return report_usage(cli, "'%s': not a process id", argv[0]);
	/* With its messages, which have no place later. */
	status = device_open(cli, &ms, &info);
	if (status)
		return status;
	mmscope_close(ms);
	tui.view = argc ? view_mappings(cli, pid, &err) : view_processes(cli);
	if (!err)
		err = load(&tui);
	if (!tui.view || err) {
		snprintf(what, sizeof(what), "PID %d", pid);
		status = report_error(STAGE_ATTACH, err, what);
	} else {
		status = on_terminal(&tui);
	}
	while (tui.view)
		drop(&tui);
	return status;
}

static int option(struct cli *cli, size_t nr, const char *arg)
{
	__u64 tenths;

	(void)nr;
	if (!parse_u64(arg, &tenths) || !tenths || tenths > 6000)
		return report_usage(cli, "--delay: '%s': not a number from 1 to 6000", arg);
	delay_ms = (unsigned int)tenths * 100;
	return EXIT_DONE;
}

static const struct cli_option options[] = {
	{ "delay", "TENTHS", "tenths of a second between two looks (20)" },
};

const struct command command_tui = {
	.name = "tui",
	.args = "[PID]",
	.summary = "Look at processes, mappings and pages, live",
	.example = "tui",
	.min_args = 0,
	.max_args = 1,
	.options = options,
	.nr_options = ARRAY_SIZE(options),
	.option = option,
	.run = run,
	.direct = true,
};
